/-
The chain rule: the backward rule of a composition runs the two in opposite order.

Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.
-/
import Fourfold.Vjp

namespace Fourfold

variable {R : Type} [inst : CommutativeRing R]

namespace Composition

/-- First `P`, then `Q`. -/
def comp (P Q : Program R) : Program R := fun S s c x => Q S s c (P S s c x)

/-- The vector-Jacobian product of a composition: that of `Q` at the value of `P`, then `P`'s. -/
theorem vjp_comp (n k m : Nat) (P Q : Program R) (b c : (Nat → R) → (Nat → R) → Nat → R)
    (hP : IsVjp n k P b) (hQ : IsVjp k m Q c) :
    IsVjp n m (comp P Q) (fun x dy => b x (c (eval P x) dy)) :=
  have dual : ∀ x v : Nat → R, evalDual (comp P Q) x v = evalDual Q (eval P x) (jvp P x v) :=
    fun x v => congrArg (fun u => Q (Dual R) inferInstance Dual.const u)
      (Vjp.evalDual_eq_lift n k P b hP x v)
  ⟨fun x v i => Eq.trans (congrArg (fun u => (u i).re) (dual x v))
      (hQ.value (eval P x) (jvp P x v) i),
    fun x v w =>
      Eq.trans (congrArg (fun u => dot m (fun i => (u i).eps) w) (dual x v))
        (Eq.trans (hQ.adjoint (eval P x) (jvp P x v) w) (hP.adjoint x v (c (eval P x) w)))⟩

end Composition

end Fourfold
