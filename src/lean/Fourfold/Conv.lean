/-
Convolution in one dimension, with zero padding: y_j = b + sum_k w_k xpad_(j + k).

As in deep learning, this is cross-correlation. The input has `n` components, of which the first
stands at place `p` of the padded input; there are `s` weights and `m` outputs. The padded vector
is written as a sum with delta; `pad_inside` and `pad_outside` say that it is what it should be.
The backward rules are dx_i = sum_k w_k dy_(i + p - k), where dy is padded likewise,
dw_k = sum_j xpad_(j + k) dy_j, and db = sum_j dy_j.

Source: V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning (2016).
-/
import Fourfold.Vjp

namespace Fourfold

variable {R : Type} [inst : CommutativeRing R]

/-- Place `t` of a vector of length `n` that begins at place `p`, among zeros. -/
def pad (n p : Nat) (x : Nat → R) (t : Nat) : R := sum n (fun i => delta t (i + p) * x i)

namespace Conv

open Ring Sums

/-- Inside, the padded vector is the vector. -/
theorem pad_inside (n p : Nat) (x : Nat → R) (i : Nat) (h : Below i n) : pad n p x (i + p) = x i :=
  Eq.trans
    (sum_congr _ _ n (fun k _ => congrArg (fun z => z * x k) (delta_shift i k p)))
    (sum_delta i x n h)

/-- Outside, the padded vector is zero. -/
theorem pad_outside (n p : Nat) (x : Nat → R) (t : Nat)
    (h : ∀ i, Below i n → t = i + p → False) : pad n p x t = zero :=
  Eq.trans
    (sum_congr _ _ n (fun i l =>
      Eq.trans (congrArg (fun z => z * x i) (delta_other t (i + p) (h i l))) (zero_mul (x i))))
    (sum_zero n)

/-- The value of a padded vector of dual numbers. -/
theorem pad_re (n p : Nat) (x v : Nat → R) (t : Nat) :
    (pad n p (Dual.lift x v) t).re = pad n p x t :=
  Eq.trans (Dual.sum_re _ n)
    (sum_congr _ _ n (fun i _ => congrArg (fun z => z * x i) (Dual.delta_re t (i + p))))

/-- A padded vector moves as the vector does. -/
theorem pad_eps (n p : Nat) (x v : Nat → R) (t : Nat) :
    (pad n p (Dual.lift x v) t).eps = pad n p v t :=
  Eq.trans (Dual.sum_eps _ n) (sum_congr _ _ n (fun i _ => by
    show (delta t (i + p) : Dual R).re * v i + x i * (delta t (i + p) : Dual R).eps
      = delta t (i + p) * v i
    rw [Dual.delta_re, Dual.delta_eps, mul_zero, add_zero]))

/-- The padded zero vector is zero. -/
theorem pad_zero (n p t : Nat) : pad n p (fun _ => (zero : R)) t = zero :=
  Eq.trans (sum_congr _ _ n (fun i _ => mul_zero (delta t (i + p)))) (sum_zero n)

/-- Padding is moved from one side of a dot product to the other. -/
theorem dot_pad (n m p k : Nat) (v w : Nat → R) :
    dot m (fun j => pad n p v (j + k)) w = dot n v (fun i => pad m k w (i + p)) :=
  have left : dot m (fun j => pad n p v (j + k)) w
      = sum m (fun j => sum n (fun i => v i * (delta (i + p) (j + k) * w j))) :=
    sum_congr _ _ m (fun j _ => Eq.trans (sum_mul (w j) _ n)
      (sum_congr _ _ n (fun i _ => by
        show delta (j + k) (i + p) * v i * w j = v i * (delta (i + p) (j + k) * w j)
        rw [delta_comm (j + k) (i + p), mul_assoc, mul_left_comm])))
  have right : sum n (fun i => sum m (fun j => v i * (delta (i + p) (j + k) * w j)))
      = dot n v (fun i => pad m k w (i + p)) :=
    sum_congr _ _ n (fun i _ => (mul_sum (v i) _ m).symm)
  Eq.trans left (Eq.trans (sum_swap n (fun j i => v i * (delta (i + p) (j + k) * w j)) m) right)

/-- The layer as a program of its input. -/
def ofInput (n s p : Nat) (w : Nat → R) (b : R) : Program R :=
  fun _ _ c x j => c b + sum s (fun k => c (w k) * pad n p x (j + k))

/-- The derivative in the direction of an input: the same convolution, without the bias. -/
theorem conv_input_jvp (n s p : Nat) (w : Nat → R) (b : R) (x v : Nat → R) (j : Nat) :
    jvp (ofInput n s p w b) x v j = sum s (fun k => w k * pad n p v (j + k)) :=
  Eq.trans (zero_add _) (Eq.trans (Dual.sum_eps _ s) (sum_congr _ _ s (fun k _ => by
    show w k * (pad n p (Dual.lift x v) (j + k)).eps
        + (pad n p (Dual.lift x v) (j + k)).re * zero = w k * pad n p v (j + k)
    rw [mul_zero, add_zero, pad_eps])))

/-- The backward rule for the input: dx_i = sum_k w_k dy_(i + p - k), with zeros outside. -/
theorem conv_input_vjp (n m s p : Nat) (w : Nat → R) (b : R) :
    IsVjp n m (ofInput n s p w b) (fun _ dy i => sum s (fun k => w k * pad m k dy (i + p))) :=
  ⟨fun x v j => congrArg (fun z => b + z) (Eq.trans (Dual.sum_re _ s)
      (sum_congr _ _ s (fun k _ => congrArg (fun z => w k * z) (pad_re n p x v (j + k))))),
    fun x v dy =>
      have left : dot m (jvp (ofInput n s p w b) x v) dy
          = sum s (fun k => w k * dot m (fun j => pad n p v (j + k)) dy) :=
        Eq.trans
          (sum_congr _ _ m (fun j _ => Eq.trans
            (congrArg (fun z => z * dy j) (conv_input_jvp n s p w b x v j))
            (Eq.trans (sum_mul (dy j) _ s)
              (sum_congr _ _ s (fun k _ => mul_assoc (w k) (pad n p v (j + k)) (dy j))))))
          (Eq.trans (sum_swap s (fun j k => w k * (pad n p v (j + k) * dy j)) m)
            (sum_congr _ _ s (fun k _ => (mul_sum (w k) _ m).symm)))
      have right : sum s (fun k => w k * dot n v (fun i => pad m k dy (i + p)))
          = dot n v (fun i => sum s (fun k => w k * pad m k dy (i + p))) :=
        Eq.trans
          (sum_congr _ _ s (fun k _ => Eq.trans (mul_sum (w k) _ n)
            (sum_congr _ _ n (fun i _ => mul_left_comm (w k) (v i) (pad m k dy (i + p))))))
          (Eq.trans (sum_swap n (fun k i => v i * (w k * pad m k dy (i + p))) s)
            (sum_congr _ _ n (fun i _ => (mul_sum (v i) _ s).symm)))
      Eq.trans left (Eq.trans
        (sum_congr _ _ s (fun k _ => congrArg (fun z => w k * z) (dot_pad n m p k v dy))) right)⟩

/-- The layer as a program of its weights. -/
def ofWeight (n s p : Nat) (x : Nat → R) (b : R) : Program R :=
  fun _ _ c w j => c b + sum s (fun k => w k * pad n p (fun i => c (x i)) (j + k))

/-- The backward rule for the weights: dw_k = sum_j xpad_(j + k) dy_j. -/
theorem conv_weight_vjp (n m s p : Nat) (x : Nat → R) (b : R) :
    IsVjp s m (ofWeight n s p x b) (fun _ dy k => sum m (fun j => pad n p x (j + k) * dy j)) :=
  Vjp.vjp_of_matrix s m (ofWeight n s p x b) (fun _ k j => pad n p x (j + k))
    (fun w _ j => congrArg (fun z => b + z) (Eq.trans (Dual.sum_re _ s)
      (sum_congr _ _ s (fun k _ => congrArg (fun z => w k * z)
        (pad_re n p x (fun _ => zero) (j + k))))))
    (fun w v j => Eq.trans (zero_add _) (Eq.trans (Dual.sum_eps _ s)
      (sum_congr _ _ s (fun k _ => by
        show w k * (pad n p (Dual.lift x (fun _ => zero)) (j + k)).eps
            + (pad n p (Dual.lift x (fun _ => zero)) (j + k)).re * v k
          = v k * pad n p x (j + k)
        rw [pad_eps, pad_re, pad_zero, mul_zero, zero_add, mul_comm]))))

/-- The layer as a program of its bias, the one component; `y` is what it is added to. -/
def ofBias (y : Nat → R) : Program R := fun _ _ c b j => c (y j) + b 0

/-- The backward rule for the bias adds all cotangents up: db = sum_j dy_j. -/
theorem conv_bias_vjp (m : Nat) (y : Nat → R) :
    IsVjp 1 m (ofBias y) (fun _ dy _ => sum m dy) :=
  ⟨fun _ _ _ => rfl, fun _ v w =>
    Eq.trans
      (Adjoint.dot_congr m _ w (fun _ => v 0) w (fun _ _ => zero_add (v 0)) (fun _ _ => rfl))
      (Eq.trans (mul_sum (v 0) w m).symm (zero_add (v 0 * sum m w)).symm)⟩

end Conv

end Fourfold
