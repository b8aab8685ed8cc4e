package types

import "cosmossdk.io/errors"

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgCallback) ValidateBasic() error {
	if m.JobId == 0 {
		return errors.Wrap(ErrEntryNotFound, "job ids count from 1")
	}
	return nil
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgUpdateParams) ValidateBasic() error { return m.Params.Validate() }
