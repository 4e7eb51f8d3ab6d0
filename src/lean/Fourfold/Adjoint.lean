/-
Adjoints with respect to the dot product: the transpose of a linear map, without matrices.

Source: any textbook on linear algebra.
-/
import Fourfold.Sums

namespace Fourfold

variable {R : Type} [CommutativeRing R]

/-- The dot product of the first `n` components. -/
def dot (n : Nat) (v w : Nat → R) : R := sum n (fun i => v i * w i)

/-- `B`, from vectors of length `m` to those of length `n`, is adjoint to `A`. -/
def IsAdjoint (n m : Nat) (A B : (Nat → R) → Nat → R) : Prop :=
  ∀ v w : Nat → R, dot m (A v) w = dot n v (B w)

namespace Adjoint

open Ring Sums

/-- Dot products of equal vectors are equal. -/
theorem dot_congr (n : Nat) (v w v' w' : Nat → R) (h : ∀ i, Below i n → v i = v' i)
    (k : ∀ i, Below i n → w i = w' i) : dot n v w = dot n v' w' :=
  sum_congr _ _ n (fun i l => by rw [h i l, k i l])

/-- The dot product is symmetric. -/
theorem dot_comm (n : Nat) (v w : Nat → R) : dot n v w = dot n w v :=
  sum_congr _ _ n (fun i _ => mul_comm (v i) (w i))

/-- The dot product is additive on the left. -/
theorem dot_add_left (n : Nat) (u v w : Nat → R) :
    dot n (fun i => u i + v i) w = dot n u w + dot n v w :=
  Eq.trans (sum_congr _ _ n (fun i _ => add_mul (u i) (v i) (w i))) (sum_add _ _ n)

/-- The dot product is additive on the right. -/
theorem dot_add_right (n : Nat) (u v w : Nat → R) :
    dot n u (fun i => v i + w i) = dot n u v + dot n u w :=
  Eq.trans (sum_congr _ _ n (fun i _ => mul_add (u i) (v i) (w i))) (sum_add _ _ n)

/-- The dot product with a basis vector is a component. -/
theorem dot_basis (n i : Nat) (w : Nat → R) (h : Below i n) : dot n (fun k => delta i k) w = w i :=
  sum_delta i w n h

/-- The adjoint of a map is unique. -/
theorem adjoint_unique (n m : Nat) (A B C : (Nat → R) → Nat → R) (b : IsAdjoint n m A B)
    (c : IsAdjoint n m A C) (w : Nat → R) (i : Nat) (h : Below i n) : B w i = C w i :=
  Eq.trans (dot_basis n i (B w) h).symm
    (Eq.trans (b (fun k => delta i k) w).symm
      (Eq.trans (c (fun k => delta i k) w) (dot_basis n i (C w) h)))

/-- The identity is its own adjoint. -/
theorem adjoint_of_id (n : Nat) : IsAdjoint n n (fun v : Nat → R => v) (fun w => w) :=
  fun _ _ => rfl

/-- The adjoint of a matrix is its transpose. -/
theorem adjoint_of_matrix (n m : Nat) (M : Nat → Nat → R) :
    IsAdjoint n m (fun v j => sum n (fun i => v i * M i j))
      (fun w i => sum m (fun j => M i j * w j)) := fun v w =>
  have left : dot m (fun j => sum n (fun i => v i * M i j)) w
      = sum m (fun j => sum n (fun i => v i * (M i j * w j))) :=
    sum_congr _ _ m (fun j _ => Eq.trans (sum_mul (w j) _ n)
      (sum_congr _ _ n (fun i _ => mul_assoc (v i) (M i j) (w j))))
  have right : sum n (fun i => sum m (fun j => v i * (M i j * w j)))
      = dot n v (fun i => sum m (fun j => M i j * w j)) :=
    sum_congr _ _ n (fun i _ => (mul_sum (v i) _ m).symm)
  Eq.trans left (Eq.trans (sum_swap n (fun j i => v i * (M i j * w j)) m) right)

end Adjoint

end Fourfold
