/-
The residual connection: a program whose input is added to its output, which is the fan-out of the
program and the identity.

Source: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition (2016),
section 3.1.
-/
import Fourfold.FanOut

namespace Fourfold

variable {R : Type} [inst : CommutativeRing R]

namespace Residual

/-- A program whose input is added to its output. -/
def residual (P : Program R) : Program R := FanOut.add P Vjp.identity

/-- The backward rule of a residual connection adds the cotangent to that of its branch. -/
theorem vjp_residual (n : Nat) (P : Program R) (b : (Nat → R) → (Nat → R) → Nat → R)
    (h : IsVjp n n P b) : IsVjp n n (residual P) (fun x dy i => b x dy i + dy i) :=
  FanOut.vjp_add n n P Vjp.identity b (fun _ dy => dy) h (Vjp.id_vjp n)

end Residual

end Fourfold
