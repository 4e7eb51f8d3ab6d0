/-
Dual numbers: pairs of a value and an infinitesimal part, of which the square is zero.

A program that is evaluated over dual numbers, at a value and a tangent, gives its value and its
derivative in the direction of the tangent. The dual numbers over a commutative ring are again
one, so that a program over any commutative ring can be evaluated over them.

Notation: `⟨x, v⟩` for x + v e; `lift x v` for the vector of them.
Source: W. K. Clifford, Preliminary Sketch of Biquaternions (1873).
-/
import Fourfold.Sums

namespace Fourfold

/-- `re + eps * e`, with `e * e = 0`. -/
structure Dual (R : Type) where
  re : R
  eps : R

variable {R : Type} [CommutativeRing R]

namespace Dual

open Ring

/-- Dual numbers with equal parts are equal. -/
theorem ext (a b : Dual R) (h : a.re = b.re) (k : a.eps = b.eps) : a = b :=
  match a, b, h, k with
  | ⟨_, _⟩, ⟨_, _⟩, rfl, rfl => rfl

/-- The dual numbers over a commutative ring are one. -/
instance instCommutativeRingDual : CommutativeRing (Dual R) := {
  add := fun a b => ⟨a.re + b.re, a.eps + b.eps⟩,
  mul := fun a b => ⟨a.re * b.re, a.re * b.eps + b.re * a.eps⟩,
  neg := fun a => ⟨-a.re, -a.eps⟩,
  zero := ⟨zero, zero⟩,
  one := ⟨one, zero⟩,
  add_assoc := fun a b c => ext _ _ (add_assoc _ _ _) (add_assoc _ _ _),
  add_comm := fun a b => ext _ _ (add_comm _ _) (add_comm _ _),
  add_zero := fun a => ext _ _ (add_zero _) (add_zero _),
  add_neg := fun a => ext _ _ (add_neg _) (add_neg _),
  mul_assoc := fun a b c => ext _ _ (mul_assoc _ _ _) (by
    show a.re * b.re * c.eps + c.re * (a.re * b.eps + b.re * a.eps)
      = a.re * (b.re * c.eps + c.re * b.eps) + b.re * c.re * a.eps
    rw [mul_add, mul_add, ← add_assoc, mul_assoc, mul_left_comm c.re a.re b.eps,
      ← mul_assoc c.re b.re a.eps, mul_comm c.re b.re]),
  mul_comm := fun a b => ext _ _ (mul_comm _ _) (add_comm _ _),
  mul_one := fun a => ext _ _ (mul_one _) (by
    show a.re * zero + one * a.eps = a.eps
    rw [mul_zero, zero_add, one_mul]),
  mul_add := fun a b c => ext _ _ (mul_add _ _ _) (by
    show a.re * (b.eps + c.eps) + (b.re + c.re) * a.eps
      = a.re * b.eps + b.re * a.eps + (a.re * c.eps + c.re * a.eps)
    rw [mul_add, add_mul, add_add_add_comm]) }

/-- A number of the ring, as a dual number that does not move. -/
def const (a : R) : Dual R := ⟨a, zero⟩

/-- The infinitesimal. -/
def e : Dual R := ⟨zero, one⟩

/-- The square of the infinitesimal is zero. -/
theorem eps_squared : (e : Dual R) * e = zero :=
  ext _ _ (mul_zero zero) (by
    show zero * one + zero * one = (zero : R)
    rw [zero_mul, add_zero])

/-- A vector of values that moves in the direction of a vector of tangents. -/
def lift (x v : Nat → R) : Nat → Dual R := fun i => ⟨x i, v i⟩

/-- The value of a sum is the sum of the values. -/
theorem sum_re (f : Nat → Dual R) : ∀ n : Nat, (sum n f).re = sum n (fun i => (f i).re)
  | Nat.zero => rfl
  | Nat.succ n => congrArg (fun z => z + (f n).re) (sum_re f n)

/-- The infinitesimal part of a sum is the sum of the infinitesimal parts. -/
theorem sum_eps (f : Nat → Dual R) : ∀ n : Nat, (sum n f).eps = sum n (fun i => (f i).eps)
  | Nat.zero => rfl
  | Nat.succ n => congrArg (fun z => z + (f n).eps) (sum_eps f n)

/-- The value of a delta is the delta. -/
theorem delta_re : ∀ i k : Nat, (delta i k : Dual R).re = delta i k
  | Nat.zero, Nat.zero => rfl
  | Nat.zero, Nat.succ _ => rfl
  | Nat.succ _, Nat.zero => rfl
  | Nat.succ i, Nat.succ k => delta_re i k

/-- A delta does not move. -/
theorem delta_eps : ∀ i k : Nat, (delta i k : Dual R).eps = zero
  | Nat.zero, Nat.zero => rfl
  | Nat.zero, Nat.succ _ => rfl
  | Nat.succ _, Nat.zero => rfl
  | Nat.succ i, Nat.succ k => delta_eps i k

end Dual

end Fourfold
