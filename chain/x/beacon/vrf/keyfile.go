package vrf

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// FileName is the key file's name in a node's config directory. It is a file of its own, so that a remote signer may
// hold the consensus key.
const FileName = "vrf_key.json"

// Keyring holds the keys of a key file, the newest last. A validator that rotates has two for a while.
type Keyring struct {
	path string

	mu   sync.Mutex
	keys []SecretKey
}

type storedKey struct {
	PublicKey string `json:"public_key"`
	SecretKey string `json:"secret_key"`
}

type keyFile struct {
	Keys []storedKey `json:"keys"`
}

// OpenKeyring reads the key file at path; a missing one is an empty keyring.
func OpenKeyring(path string) (*Keyring, error) {
	ring := &Keyring{path: path}
	return ring, ring.load()
}

func (r *Keyring) load() error {
	content, err := os.ReadFile(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var file keyFile
	if err := json.Unmarshal(content, &file); err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	keys := make([]SecretKey, 0, len(file.Keys))
	for i, stored := range file.Keys {
		seed, err := hex.DecodeString(stored.SecretKey)
		if err != nil {
			return fmt.Errorf("%s: key %d is not hexadecimal", r.path, i)
		}
		key, err := NewSecretKey(seed)
		if err != nil {
			return fmt.Errorf("%s: key %d: %w", r.path, i, err)
		}
		keys = append(keys, key)
	}
	r.keys = keys
	return nil
}

// Newest returns the youngest key.
func (r *Keyring) Newest() (SecretKey, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.keys) == 0 {
		return SecretKey{}, false
	}
	return r.keys[len(r.keys)-1], true
}

// PublicKeys returns the public keys, the newest last.
func (r *Keyring) PublicKeys() [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	public := make([][]byte, len(r.keys))
	for i, key := range r.keys {
		public[i] = key.PublicKey()
	}
	return public
}

// Prove proves alpha under the key with that public key, or says that the file does not hold it. A key that is not
// known is looked for in the file again: a rotation then needs no restart.
func (r *Keyring) Prove(publicKey, alpha []byte) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if key, ok := r.find(publicKey); ok {
		return key.Prove(alpha), true
	}
	if err := r.load(); err != nil {
		return nil, false
	}
	key, ok := r.find(publicKey)
	if !ok {
		return nil, false
	}
	return key.Prove(alpha), true
}

func (r *Keyring) find(publicKey []byte) (SecretKey, bool) {
	for _, key := range r.keys {
		if bytes.Equal(key.PublicKey(), publicKey) {
			return key, true
		}
	}
	return SecretKey{}, false
}

// Add writes the file with one more key, whole or not at all, readable by its owner alone.
func (r *Keyring) Add(key SecretKey) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys := append(slices.Clone(r.keys), key)
	if err := writeKeys(r.path, keys); err != nil {
		return err
	}
	r.keys = keys
	return nil
}

// Backup writes a copy of the file to path, which must not exist.
func (r *Keyring) Backup(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists", path)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return writeKeys(path, r.keys)
}

func writeKeys(path string, keys []SecretKey) error {
	file := keyFile{Keys: make([]storedKey, len(keys))}
	for i, key := range keys {
		file.Keys[i] = storedKey{hex.EncodeToString(key.PublicKey()), hex.EncodeToString(key.Seed())}
	}
	content, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".vrf-*") // created with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	if _, err := temporary.Write(append(content, '\n')); err != nil {
		_ = temporary.Close()
		return err
	}
	if err := errors.Join(temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
