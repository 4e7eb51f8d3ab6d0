/-
Finite sums, and the numbers 0 and 1 that pick a term out of one.

`sum n f` is the sum of `f i` over the `i` below `n`. A vector of length `n` is a function from
`Nat`, of which only the values below `n` count. `Below i n` says that `i` is one of those; it and
`delta` are defined by recursion, so that nothing here depends on core's library of orders.

Source: any textbook on algebra.
-/
import Fourfold.Ring

namespace Fourfold

variable {R : Type} [CommutativeRing R]

/-- `f 0 + ... + f (n - 1)`. -/
def sum : Nat → (Nat → R) → R
  | Nat.zero, _ => zero
  | Nat.succ n, f => sum n f + f n

/-- `i` is one of `0, ..., n - 1`. -/
def Below (i : Nat) : Nat → Prop
  | Nat.zero => False
  | Nat.succ n => i = n ∨ Below i n

/-- One where the numbers are equal, and else zero (Kronecker's delta). -/
def delta : Nat → Nat → R
  | Nat.zero, Nat.zero => one
  | Nat.zero, Nat.succ _ => zero
  | Nat.succ _, Nat.zero => zero
  | Nat.succ i, Nat.succ k => delta i k

namespace Sums

open Ring

/-- No number is its own successor. -/
theorem succ_ne : ∀ n : Nat, Nat.succ n = n → False
  | Nat.zero, h => Nat.noConfusion h
  | Nat.succ n, h => succ_ne n (Nat.succ.inj h)

/-- What is above another number is above its predecessor. -/
theorem below_pred (i : Nat) : ∀ n : Nat, Below (Nat.succ i) n → Below i n
  | Nat.zero, h => h
  | Nat.succ _, Or.inl h => Or.inr (Eq.subst (motive := fun m => Below i m) h (Or.inl rfl))
  | Nat.succ n, Or.inr h => Or.inr (below_pred i n h)

/-- No number is below itself. -/
theorem not_below_self : ∀ n : Nat, Below n n → False
  | Nat.zero, h => h
  | Nat.succ n, Or.inl h => succ_ne n h
  | Nat.succ n, Or.inr h => not_below_self n (below_pred n n h)

/-- Sums of equal terms are equal. -/
theorem sum_congr (f g : Nat → R) : ∀ n : Nat, (∀ i, Below i n → f i = g i) → sum n f = sum n g
  | Nat.zero, _ => rfl
  | Nat.succ n, h => by
    show sum n f + f n = sum n g + g n
    rw [sum_congr f g n (fun i l => h i (Or.inr l)), h n (Or.inl rfl)]

/-- A sum of zeros is zero. -/
theorem sum_zero : ∀ n : Nat, sum n (fun _ => (zero : R)) = zero
  | Nat.zero => rfl
  | Nat.succ n => by
    show sum n (fun _ => (zero : R)) + zero = zero
    rw [sum_zero n, add_zero]

/-- The sum of a sum is the sum of the sums. -/
theorem sum_add (f g : Nat → R) : ∀ n : Nat, sum n (fun i => f i + g i) = sum n f + sum n g
  | Nat.zero => (add_zero zero).symm
  | Nat.succ n => by
    show sum n (fun i => f i + g i) + (f n + g n) = sum n f + f n + (sum n g + g n)
    rw [sum_add f g n, add_add_add_comm]

/-- A factor on the left moves into the sum. -/
theorem mul_sum (c : R) (f : Nat → R) : ∀ n : Nat, c * sum n f = sum n (fun i => c * f i)
  | Nat.zero => mul_zero c
  | Nat.succ n => by
    show c * (sum n f + f n) = sum n (fun i => c * f i) + c * f n
    rw [mul_add, mul_sum c f n]

/-- A factor on the right moves into the sum. -/
theorem sum_mul (c : R) (f : Nat → R) (n : Nat) : sum n f * c = sum n (fun i => f i * c) :=
  Eq.trans (mul_comm (sum n f) c)
    (Eq.trans (mul_sum c f n) (sum_congr _ _ n (fun i _ => mul_comm c (f i))))

/-- Two sums change places. -/
theorem sum_swap (m : Nat) (f : Nat → Nat → R) :
    ∀ n : Nat, sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j))
  | Nat.zero => (sum_zero m).symm
  | Nat.succ n => by
    show sum n (fun i => sum m (fun j => f i j)) + sum m (fun j => f n j)
      = sum m (fun j => sum n (fun i => f i j) + f n j)
    rw [sum_swap m f n, sum_add]

/-- Equal numbers have the delta one. -/
theorem delta_same : ∀ i : Nat, delta i i = (one : R)
  | Nat.zero => rfl
  | Nat.succ i => delta_same i

/-- Different numbers have the delta zero. -/
theorem delta_other : ∀ i k : Nat, (i = k → False) → delta i k = (zero : R)
  | Nat.zero, Nat.zero, h => False.elim (h rfl)
  | Nat.zero, Nat.succ _, _ => rfl
  | Nat.succ _, Nat.zero, _ => rfl
  | Nat.succ i, Nat.succ k, h => delta_other i k (fun e => h (congrArg Nat.succ e))

/-- Delta does not depend on the order. -/
theorem delta_comm : ∀ i k : Nat, delta i k = (delta k i : R)
  | Nat.zero, Nat.zero => rfl
  | Nat.zero, Nat.succ _ => rfl
  | Nat.succ _, Nat.zero => rfl
  | Nat.succ i, Nat.succ k => delta_comm i k

/-- Delta does not change when the same is added to both. -/
theorem delta_shift (i k : Nat) : ∀ p : Nat, delta (i + p) (k + p) = (delta i k : R)
  | Nat.zero => rfl
  | Nat.succ p => delta_shift i k p

/-- A sum in which no term is picked is zero. -/
theorem sum_delta_outside (i : Nat) (f : Nat → R) (n : Nat)
    (h : ∀ k, Below k n → i = k → False) : sum n (fun k => delta i k * f k) = zero :=
  Eq.trans
    (sum_congr _ _ n (fun k l =>
      Eq.trans (congrArg (fun z => z * f k) (delta_other i k (h k l))) (zero_mul (f k))))
    (sum_zero n)

/-- Delta picks the one term of its index. -/
theorem sum_delta (i : Nat) (f : Nat → R) :
    ∀ n : Nat, Below i n → sum n (fun k => delta i k * f k) = f i
  | Nat.zero, h => False.elim h
  | Nat.succ n, Or.inl h => by
    show sum n (fun k => delta i k * f k) + delta i n * f n = f i
    rw [← h, sum_delta_outside i f i (fun k l e => not_below_self k
      (Eq.subst (motive := fun m => Below k m) e l)), delta_same, one_mul, zero_add]
  | Nat.succ n, Or.inr h => by
    show sum n (fun k => delta i k * f k) + delta i n * f n = f i
    rw [sum_delta i f n h, delta_other i n (fun e => not_below_self n
      (Eq.subst (motive := fun m => Below m n) e h)), zero_mul, add_zero]

end Sums

end Fourfold
