package circuit_test

import (
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

// checker shows that constraints leave no choice: from some wires, whose values are given, it derives by sound rules
// which others have one possible value. It looks at constraints alone, never at hints.
//
//  1. A product of known combinations fixes the one unknown wire of its result.
//  2. x · (1 - x) = 0 makes a wire, or a combination under a new name, a bit.
//  3. A linear equation fixes its one unknown wire.
//  4. A linear equation whose unknowns are bits with distinct powers of two, their sum below the modulus, fixes all.
//     An unknown that is no bit is replaced by an equation that says it in bits.
//  5. -a · x = m - 1 and a · m = 0 fix m where a is known. The wire x is free where a = 0, so nothing may use it.
type checker struct {
	system    *system
	known     map[int]bool
	bit       map[int]bool
	free      map[int]bool
	equations []combination // each is zero
	products  []product     // those that are neither linear nor about bits
	next      int           // the number of the next new name
}

func newChecker(s *system, given []int) *checker {
	c := &checker{system: s, known: map[int]bool{0: true}, bit: map[int]bool{}, free: map[int]bool{}, next: s.wires}
	for _, wire := range given {
		c.known[wire] = true
	}
	for _, item := range s.products {
		switch {
		case isOne(item.left):
			c.equations = append(c.equations, minus(item.right, item.out))
		case isOne(item.right):
			c.equations = append(c.equations, minus(item.left, item.out))
		case len(item.out) == 0 && isOne(plus(item.left, item.right)):
			c.nameBit(item.left)
		default:
			// gnark sorts the factors of a product; each may play either part.
			c.products = append(c.products, item, product{item.right, item.left, item.out})
		}
	}
	return c
}

func isOne(c combination) bool {
	one := c[0]
	return len(c) == 1 && one.IsOne()
}

func plus(one, other combination) combination {
	made := combination{}
	for wire, factor := range one {
		made[wire] = factor
	}
	for wire, factor := range other {
		sum := made[wire]
		sum.Add(&sum, &factor)
		if made[wire] = sum; sum.IsZero() {
			delete(made, wire)
		}
	}
	return made
}

func times(c combination, by fr.Element) combination {
	made := combination{}
	for wire, factor := range c {
		factor.Mul(&factor, &by)
		made[wire] = factor
	}
	return made
}

func minus(one, other combination) combination {
	var negative fr.Element
	negative.SetOne()
	negative.Neg(&negative)
	return plus(one, times(other, negative))
}

func (c *checker) nameBit(is combination) {
	var one fr.Element
	one.SetOne()
	for _, side := range []combination{is, minus(combination{0: one}, is)} {
		for wire, factor := range side {
			if len(side) == 1 && factor.IsOne() {
				c.bit[wire] = true
				return
			}
		}
	}
	c.bit[c.next] = true
	c.equations = append(c.equations, minus(is, combination{c.next: one}))
	c.next++
}

func (c *checker) unknown(is combination) []int {
	var made []int
	for wire := range is {
		if !c.known[wire] {
			made = append(made, wire)
		}
	}
	return made
}

// run derives until nothing changes, and returns the wires of the system that are neither known nor free.
func (c *checker) run() []int {
	users := c.system.users()
	for changed := true; changed; {
		changed = false
		for _, item := range c.equations {
			changed = c.equation(item) || changed
		}
		for i := range c.products {
			changed = c.product(&c.products[i], users) || changed
		}
	}
	var left []int
	for wire := range c.system.wires {
		if !c.known[wire] && !c.free[wire] {
			left = append(left, wire)
		}
	}
	return left
}

func (c *checker) equation(is combination) bool {
	found := c.unknown(is)
	if len(found) > 1 {
		// What is replaced becomes known by rule 3, once the bits that say it are.
		if is = c.inBits(is); !c.isBinary(is) {
			return false
		}
		found = c.unknown(is)
	}
	for _, wire := range found {
		c.known[wire] = true
	}
	return len(found) > 0
}

// isBinary tells whether the unknowns are bits whose factors are distinct powers of two, of either sign.
func (c *checker) isBinary(is combination) bool {
	seen, sum := map[int]bool{}, new(big.Int)
	for _, wire := range c.unknown(is) {
		if !c.bit[wire] {
			return false
		}
		factor := is[wire]
		size := factor.BigInt(new(big.Int))
		if negative := new(big.Int).Sub(fr.Modulus(), size); negative.Cmp(size) < 0 {
			size = negative
		}
		place := size.BitLen() - 1
		if size.TrailingZeroBits() != uint(place) || seen[place] {
			return false
		}
		seen[place] = true
		sum.Add(sum, size)
	}
	return sum.Cmp(fr.Modulus()) < 0
}

// inBits replaces unknowns that are no bits by equations in which they stand among bits.
func (c *checker) inBits(is combination) combination {
	for _, wire := range c.unknown(is) {
		if c.bit[wire] {
			continue
		}
		for _, other := range c.equations {
			factor, mentioned := other[wire]
			if !mentioned || !c.onlyBits(other, wire) {
				continue
			}
			factor.Inverse(&factor)
			factor.Mul(&factor, ptr(is[wire]))
			is = minus(is, times(other, factor))
			break
		}
	}
	return is
}

func ptr(value fr.Element) *fr.Element { return &value }

func (c *checker) onlyBits(is combination, but int) bool {
	for _, wire := range c.unknown(is) {
		if wire != but && !c.bit[wire] {
			return false
		}
	}
	return true
}

func (c *checker) product(is *product, users [][]int) bool {
	if len(c.unknown(is.left)) > 0 {
		return false
	}
	right, out := c.unknown(is.right), c.unknown(is.out)
	if len(right) == 0 && len(out) == 1 {
		c.known[out[0]] = true
		return true
	}
	if len(is.out) != 0 || len(is.right) != 1 || len(right) != 1 {
		return false
	}
	var one fr.Element
	one.SetOne()
	flagged := combination{right[0]: one} // the m of rule 5
	for _, other := range c.products {
		if len(plus(other.left, is.left)) != 0 || len(other.right) != 1 || !isOne(minus(flagged, other.out)) {
			continue
		}
		for inverse := range other.right {
			if len(users[inverse]) == 1 {
				c.known[right[0]], c.free[inverse] = true, true
				return true
			}
		}
	}
	return false
}
