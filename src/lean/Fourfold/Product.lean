/-
The elementwise product of two programs: each gets the cotangent times the other's value.

Source: A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.
-/
import Fourfold.Vjp

namespace Fourfold

variable {R : Type} [inst : CommutativeRing R]

namespace Product

open Ring

/-- The elementwise product of two programs of the same input. -/
def mul (P Q : Program R) : Program R := fun S s c x i => P S s c x i * Q S s c x i

/-- A factor moves from one side of a dot product to the other. -/
theorem dot_scale (m : Nat) (a u w : Nat → R) :
    dot m (fun i => a i * u i) w = dot m u (fun i => a i * w i) :=
  Sums.sum_congr _ _ m (fun i _ => by rw [mul_assoc (a i) (u i) (w i), mul_left_comm])

/-- The vector-Jacobian product of an elementwise product. -/
theorem vjp_mul (n m : Nat) (P Q : Program R) (b c : (Nat → R) → (Nat → R) → Nat → R)
    (hP : IsVjp n m P b) (hQ : IsVjp n m Q c) :
    IsVjp n m (mul P Q) (fun x dy i =>
      b x (fun j => eval Q x j * dy j) i + c x (fun j => eval P x j * dy j) i) :=
  ⟨fun x v i => by
      show (evalDual P x v i).re * (evalDual Q x v i).re = eval P x i * eval Q x i
      rw [hP.value x v i, hQ.value x v i],
    fun x v w =>
      Eq.trans
        (Adjoint.dot_congr m _ w (fun i => eval P x i * jvp Q x v i + eval Q x i * jvp P x v i) w
          (fun i _ => by
            show (evalDual P x v i).re * jvp Q x v i + (evalDual Q x v i).re * jvp P x v i
              = eval P x i * jvp Q x v i + eval Q x i * jvp P x v i
            rw [hP.value x v i, hQ.value x v i])
          (fun _ _ => rfl))
        (by rw [Adjoint.dot_add_left, Adjoint.dot_add_right, dot_scale m (eval P x),
          dot_scale m (eval Q x), hP.adjoint x v, hQ.adjoint x v, add_comm])⟩

end Product

end Fourfold
