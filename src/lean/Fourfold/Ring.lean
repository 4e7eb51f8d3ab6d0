/-
Commutative rings, and the laws that the rest of the library uses.

Core Lean has no algebra, so the class is defined here. It brings `+`, `*`, unary `-`, `zero` and
`one`. The instance `Bool` (addition is exclusive or) shows that its laws can be met. Instances have
names, since those that Lean gives differ between its versions.

Source: any textbook on algebra.
-/

namespace Fourfold

/-- Commutative rings with one. -/
class CommutativeRing (R : Type) where
  add : R → R → R
  mul : R → R → R
  neg : R → R
  zero : R
  one : R
  add_assoc : ∀ a b c : R, add (add a b) c = add a (add b c)
  add_comm : ∀ a b : R, add a b = add b a
  add_zero : ∀ a : R, add a zero = a
  add_neg : ∀ a : R, add a (neg a) = zero
  mul_assoc : ∀ a b c : R, mul (mul a b) c = mul a (mul b c)
  mul_comm : ∀ a b : R, mul a b = mul b a
  mul_one : ∀ a : R, mul a one = a
  mul_add : ∀ a b c : R, mul a (add b c) = add (mul a b) (mul a c)

export CommutativeRing (zero one)

namespace Ring

variable {R : Type} [CommutativeRing R]

instance instAdd : Add R := ⟨CommutativeRing.add⟩

instance instMul : Mul R := ⟨CommutativeRing.mul⟩

instance instNeg : Neg R := ⟨CommutativeRing.neg⟩

/-- Addition is associative. -/
theorem add_assoc (a b c : R) : a + b + c = a + (b + c) := CommutativeRing.add_assoc a b c

/-- Addition is commutative. -/
theorem add_comm (a b : R) : a + b = b + a := CommutativeRing.add_comm a b

/-- Zero is neutral on the right. -/
theorem add_zero (a : R) : a + zero = a := CommutativeRing.add_zero a

/-- A number and its negative add to zero. -/
theorem add_neg (a : R) : a + -a = zero := CommutativeRing.add_neg a

/-- Multiplication is associative. -/
theorem mul_assoc (a b c : R) : a * b * c = a * (b * c) := CommutativeRing.mul_assoc a b c

/-- Multiplication is commutative. -/
theorem mul_comm (a b : R) : a * b = b * a := CommutativeRing.mul_comm a b

/-- One is neutral on the right. -/
theorem mul_one (a : R) : a * one = a := CommutativeRing.mul_one a

/-- Multiplication distributes over a sum on the right. -/
theorem mul_add (a b c : R) : a * (b + c) = a * b + a * c := CommutativeRing.mul_add a b c

/-- Zero is neutral on the left. -/
theorem zero_add (a : R) : zero + a = a := Eq.trans (add_comm zero a) (add_zero a)

/-- One is neutral on the left. -/
theorem one_mul (a : R) : one * a = a := Eq.trans (mul_comm one a) (mul_one a)

/-- Multiplication distributes over a sum on the left. -/
theorem add_mul (a b c : R) : (a + b) * c = a * c + b * c := by
  rw [mul_comm (a + b) c, mul_add, mul_comm c a, mul_comm c b]

/-- What equals its own double is zero. -/
theorem eq_zero_of_double (a : R) (h : a + a = a) : a = zero :=
  Eq.trans (add_zero a).symm
    (Eq.trans (congrArg (fun z => a + z) (add_neg a).symm)
      (Eq.trans (add_assoc a a (-a)).symm
        (Eq.trans (congrArg (fun z => z + -a) h) (add_neg a))))

/-- A product with zero is zero. -/
theorem mul_zero (a : R) : a * zero = zero :=
  eq_zero_of_double (a * zero)
    (Eq.trans (mul_add a zero zero).symm (congrArg (fun z => a * z) (add_zero zero)))

/-- A product with zero is zero. -/
theorem zero_mul (a : R) : zero * a = zero := Eq.trans (mul_comm zero a) (mul_zero a)

/-- The inner two of four summands change places. -/
theorem add_add_add_comm (a b c d : R) : a + b + (c + d) = a + c + (b + d) := by
  rw [add_assoc a b (c + d), add_assoc a c (b + d), ← add_assoc b c d, ← add_assoc c b d,
    add_comm b c]

/-- The first two of three factors change places. -/
theorem mul_left_comm (a b c : R) : a * (b * c) = b * (a * c) := by
  rw [← mul_assoc a b c, ← mul_assoc b a c, mul_comm a b]

/-- The negative of zero is zero. -/
theorem neg_zero : -(zero : R) = zero := Eq.trans (zero_add (-(zero : R))).symm (add_neg zero)

/-- Exclusive or. -/
def parity (a b : Bool) : Bool :=
  match a with
  | true => (match b with | true => false | false => true)
  | false => b

/-- Conjunction. -/
def both (a b : Bool) : Bool :=
  match a with
  | true => b
  | false => false

/-- `Bool` with exclusive or and conjunction: the field of two elements. -/
instance instCommutativeRingBool : CommutativeRing Bool := {
  add := parity,
  mul := both,
  neg := id,
  zero := false,
  one := true,
  add_assoc := fun a b c => by cases a <;> cases b <;> cases c <;> rfl,
  add_comm := fun a b => by cases a <;> cases b <;> rfl,
  add_zero := fun a => by cases a <;> rfl,
  add_neg := fun a => by cases a <;> rfl,
  mul_assoc := fun a b c => by cases a <;> cases b <;> cases c <;> rfl,
  mul_comm := fun a b => by cases a <;> cases b <;> rfl,
  mul_one := fun a => by cases a <;> rfl,
  mul_add := fun a b c => by cases a <;> cases b <;> cases c <;> rfl }

end Ring

end Fourfold
