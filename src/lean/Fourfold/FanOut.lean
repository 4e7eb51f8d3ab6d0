/-
A value that is used twice: cotangents add.

Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.
-/
import Fourfold.Vjp

namespace Fourfold

variable {R : Type} [inst : CommutativeRing R]

namespace FanOut

/-- The sum of two programs of the same input. -/
def add (P Q : Program R) : Program R := fun S s c x i => P S s c x i + Q S s c x i

/-- The vector-Jacobian product of a sum is the sum of those of its parts. -/
theorem vjp_add (n m : Nat) (P Q : Program R) (b c : (Nat → R) → (Nat → R) → Nat → R)
    (hP : IsVjp n m P b) (hQ : IsVjp n m Q c) :
    IsVjp n m (add P Q) (fun x dy i => b x dy i + c x dy i) :=
  ⟨fun x v i => by
      show (evalDual P x v i).re + (evalDual Q x v i).re = eval P x i + eval Q x i
      rw [hP.value x v i, hQ.value x v i],
    fun x v w => by
      show dot m (fun i => jvp P x v i + jvp Q x v i) w = dot n v (fun i => b x w i + c x w i)
      rw [Adjoint.dot_add_left, Adjoint.dot_add_right, hP.adjoint x v w, hQ.adjoint x v w]⟩

end FanOut

end Fourfold
