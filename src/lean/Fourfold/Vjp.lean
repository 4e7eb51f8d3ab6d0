/-
What a correct vector-Jacobian product is.

A `Program R` computes with any commutative ring into which the constants of `R` can be mapped. So
one and the same program has a value over `R`, and over the dual numbers a derivative: it is what
forward-mode differentiation computes. A backward rule is correct if it is adjoint to that
derivative, at every point: <J v, w> = <v, backward w>.

Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.
-/
import Fourfold.Adjoint
import Fourfold.Dual

namespace Fourfold

/-- A program over any commutative ring `S`, given what each constant of `R` is in `S`. -/
def Program (R : Type) : Type 1 :=
  (S : Type) → CommutativeRing S → (R → S) → (Nat → S) → Nat → S

variable {R : Type} [inst : CommutativeRing R]

/-- The value of the program. -/
def eval (P : Program R) (x : Nat → R) : Nat → R := P R inst (fun a => a) x

/-- The program over dual numbers, at `x` in the direction `v`. -/
def evalDual (P : Program R) (x v : Nat → R) : Nat → Dual R :=
  P (Dual R) inferInstance Dual.const (Dual.lift x v)

/-- The derivative at `x` in the direction `v`. -/
def jvp (P : Program R) (x v : Nat → R) : Nat → R := fun i => (evalDual P x v i).eps

/-- `back x dy` is the vector-Jacobian product of `P`, from `n` components to `m`, at `x`. -/
structure IsVjp (n m : Nat) (P : Program R) (back : (Nat → R) → (Nat → R) → Nat → R) : Prop where
  /-- Over dual numbers, the program computes the same values. -/
  value : ∀ (x v : Nat → R) (i : Nat), (evalDual P x v i).re = eval P x i
  /-- The backward rule is adjoint to the derivative. -/
  adjoint : ∀ x : Nat → R, IsAdjoint n m (jvp P x) (back x)

namespace Vjp

/-- Two backward rules of one program agree: there is but one vector-Jacobian product. -/
theorem backward_unique (n m : Nat) (P : Program R) (b c : (Nat → R) → (Nat → R) → Nat → R)
    (hb : IsVjp n m P b) (hc : IsVjp n m P c) (x dy : Nat → R) (i : Nat) (h : Below i n) :
    b x dy i = c x dy i :=
  Adjoint.adjoint_unique n m (jvp P x) (b x) (c x) (hb.adjoint x) (hc.adjoint x) dy i h

/-- The program that does nothing. -/
def identity : Program R := fun _ _ _ x => x

/-- The backward rule of the identity hands the cotangent on. -/
theorem id_vjp (n : Nat) : IsVjp n n (identity : Program R) (fun _ dy => dy) :=
  ⟨fun _ _ _ => rfl, fun _ _ _ => rfl⟩

/-- A program evaluated over dual numbers gives the vector of its values and derivatives. -/
theorem evalDual_eq_lift (n m : Nat) (P : Program R) (b : (Nat → R) → (Nat → R) → Nat → R)
    (h : IsVjp n m P b) (x v : Nat → R) : evalDual P x v = Dual.lift (eval P x) (jvp P x v) :=
  funext (fun i => Dual.ext _ _ (h.value x v i) rfl)

/-- A program whose derivative is a matrix, at each point, has its transpose as backward rule. -/
theorem vjp_of_matrix (n m : Nat) (P : Program R) (M : (Nat → R) → Nat → Nat → R)
    (value : ∀ (x v : Nat → R) (i : Nat), (evalDual P x v i).re = eval P x i)
    (derivative : ∀ (x v : Nat → R) (j : Nat), jvp P x v j = sum n (fun i => v i * M x i j)) :
    IsVjp n m P (fun x dy i => sum m (fun j => M x i j * dy j)) :=
  ⟨value, fun x v w =>
    Eq.trans
      (Adjoint.dot_congr m _ w (fun j => sum n (fun i => v i * M x i j)) w
        (fun j _ => derivative x v j) (fun _ _ => rfl))
      (Adjoint.adjoint_of_matrix n m (M x) v w)⟩

end Vjp

end Fourfold
