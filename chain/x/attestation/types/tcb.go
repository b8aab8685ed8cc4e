package types

// TCBAtLeast compares two TCB_VERSION of SEV-SNP, byte by byte: each is one component's security version. An empty least
// asks for nothing.
func TCBAtLeast(tcb, least []byte) bool {
	if len(least) == 0 {
		return true
	}
	if len(tcb) != len(least) {
		return false
	}
	for i := range least {
		if tcb[i] < least[i] {
			return false
		}
	}
	return true
}
