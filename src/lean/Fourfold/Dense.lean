/-
The dense layer: y_j = sum_i x_i W_ij + b_j, with `n` inputs and `m` outputs.

Its backward rules are dx_i = sum_j W_ij dy_j, dW_ij = x_i dy_j, and db = dy.
Source: I. Goodfellow, Y. Bengio and A. Courville, Deep Learning (2016), chapter 6.
-/
import Fourfold.Vjp

namespace Fourfold

variable {R : Type} [inst : CommutativeRing R]

namespace Dense

open Ring Sums

/-- The layer as a program of its input. -/
def ofInput (n : Nat) (W : Nat → Nat → R) (b : Nat → R) : Program R :=
  fun _ _ c x j => sum n (fun i => x i * c (W i j)) + c (b j)

/-- The backward rule for the input is the product with the weights: dx = W dy. -/
theorem dense_input_vjp (n m : Nat) (W : Nat → Nat → R) (b : Nat → R) :
    IsVjp n m (ofInput n W b) (fun _ dy i => sum m (fun j => W i j * dy j)) :=
  Vjp.vjp_of_matrix n m (ofInput n W b) (fun _ => W)
    (fun _ _ j => congrArg (fun z => z + b j) (Dual.sum_re _ n))
    (fun x v j =>
      Eq.trans (add_zero (sum n (fun i => Dual.lift x v i * Dual.const (W i j))).eps)
        (Eq.trans (Dual.sum_eps _ n) (sum_congr _ _ n (fun i _ => by
          show x i * zero + W i j * v i = v i * W i j
          rw [mul_zero, zero_add, mul_comm]))))

/-- The derivative of the layer in the direction `V` of its weights. -/
theorem dense_weight_jvp (n : Nat) (x b : Nat → R) (W V : Nat → Nat → R) (j : Nat) :
    (sum n (fun i => Dual.const (x i) * Dual.mk (W i j) (V i j)) + Dual.const (b j)).eps
      = sum n (fun i => x i * V i j) :=
  Eq.trans (add_zero (sum n (fun i => Dual.const (x i) * Dual.mk (W i j) (V i j))).eps)
    (Eq.trans (Dual.sum_eps _ n) (sum_congr _ _ n (fun i _ => by
      show x i * V i j + W i j * zero = x i * V i j
      rw [mul_zero, add_zero])))

/-- The backward rule for the weights is the outer product: dW_ij = x_i dy_j. -/
theorem dense_weight_vjp (n m : Nat) (x : Nat → R) (V : Nat → Nat → R) (dy : Nat → R) :
    dot m (fun j => sum n (fun i => x i * V i j)) dy
      = sum n (fun i => dot m (V i) (fun j => x i * dy j)) :=
  Eq.trans (Adjoint.adjoint_of_matrix n m V x dy)
    (sum_congr _ _ n (fun i _ => Eq.trans (mul_sum (x i) _ m)
      (sum_congr _ _ m (fun j _ => mul_left_comm (x i) (V i j) (dy j)))))

/-- The layer as a program of its bias; `y` is what it adds to. -/
def ofBias (y : Nat → R) : Program R := fun _ _ c b j => c (y j) + b j

/-- The backward rule for the bias hands the cotangent on: db = dy. -/
theorem dense_bias_vjp (m : Nat) (y : Nat → R) : IsVjp m m (ofBias y) (fun _ dy => dy) :=
  ⟨fun _ _ _ => rfl, fun _ v w =>
    Adjoint.dot_congr m _ w v w (fun i _ => zero_add (v i)) (fun _ _ => rfl)⟩

end Dense

end Fourfold
