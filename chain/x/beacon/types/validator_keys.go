package types

// At returns the key in effect at a height, if one is.
func (v ValidatorKeys) At(height uint64) ([]byte, bool) {
	if v.Next != nil && v.Next.EffectiveHeight <= height {
		return v.Next.PublicKey, true
	}
	if len(v.Current.PublicKey) > 0 && v.Current.EffectiveHeight <= height {
		return v.Current.PublicKey, true
	}
	return nil, false
}

// Register returns the keys with one more, or false while another still waits to take effect.
func (v ValidatorKeys) Register(key VrfKey, height uint64) (ValidatorKeys, bool) {
	switch {
	case len(v.Current.PublicKey) == 0:
		v.Current = key
	case v.Next == nil && v.Current.EffectiveHeight <= height:
		v.Next = &key
	case v.Next != nil && v.Next.EffectiveHeight <= height:
		v.Current, v.Next = *v.Next, &key
	default:
		return v, false
	}
	return v, true
}

// Holds says whether publicKey is one of the keys.
func (v ValidatorKeys) Holds(publicKey []byte) bool {
	return string(v.Current.PublicKey) == string(publicKey) ||
		v.Next != nil && string(v.Next.PublicKey) == string(publicKey)
}
