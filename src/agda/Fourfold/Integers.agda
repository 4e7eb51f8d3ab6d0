------------------------------------------------------------------------
-- The integers are a commutative ring
--
-- So the hypotheses of this library can be met, also by a ring in which
-- no multiple of one is zero.  An integer z stands for the difference
-- ⟦ z ⟧⁺ - ⟦ z ⟧⁻ of two numbers of which one is zero.  Sums and products
-- are computed on differences and normalised; every law is then a law of
-- natural numbers.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

module Fourfold.Integers where

open import Agda.Builtin.Int using (Int; pos; negsuc)
open import Agda.Builtin.Nat using () renaming (_*_ to _*ℕ_)

open import Fourfold.Base
open import Fourfold.Ring

------------------------------------------------------------------------
-- Natural numbers

private

  +ℕ-zero : ∀ a → a +ℕ zero ≡ a
  +ℕ-zero zero    = refl
  +ℕ-zero (suc a) = cong suc (+ℕ-zero a)

  +ℕ-suc : ∀ a b → a +ℕ suc b ≡ suc (a +ℕ b)
  +ℕ-suc zero    b = refl
  +ℕ-suc (suc a) b = cong suc (+ℕ-suc a b)

  +ℕ-comm : ∀ a b → a +ℕ b ≡ b +ℕ a
  +ℕ-comm zero    b = sym (+ℕ-zero b)
  +ℕ-comm (suc a) b = trans (cong suc (+ℕ-comm a b)) (sym (+ℕ-suc b a))

  +ℕ-assoc : ∀ a b c → (a +ℕ b) +ℕ c ≡ a +ℕ (b +ℕ c)
  +ℕ-assoc zero    b c = refl
  +ℕ-assoc (suc a) b c = cong suc (+ℕ-assoc a b c)

  +ℕ-interchange : ∀ a b c d → (a +ℕ b) +ℕ (c +ℕ d) ≡ (a +ℕ c) +ℕ (b +ℕ d)
  +ℕ-interchange a b c d = begin
    (a +ℕ b) +ℕ (c +ℕ d)  ≡⟨ +ℕ-assoc a b (c +ℕ d) ⟩
    a +ℕ (b +ℕ (c +ℕ d))  ≡˘⟨ cong (a +ℕ_) (+ℕ-assoc b c d) ⟩
    a +ℕ ((b +ℕ c) +ℕ d)  ≡⟨ cong (λ x → a +ℕ (x +ℕ d)) (+ℕ-comm b c) ⟩
    a +ℕ ((c +ℕ b) +ℕ d)  ≡⟨ cong (a +ℕ_) (+ℕ-assoc c b d) ⟩
    a +ℕ (c +ℕ (b +ℕ d))  ≡˘⟨ +ℕ-assoc a c (b +ℕ d) ⟩
    (a +ℕ c) +ℕ (b +ℕ d)  ∎

  *ℕ-distribˡ : ∀ a b c → a *ℕ (b +ℕ c) ≡ a *ℕ b +ℕ a *ℕ c
  *ℕ-distribˡ zero    b c = refl
  *ℕ-distribˡ (suc a) b c = trans
    (cong ((b +ℕ c) +ℕ_) (*ℕ-distribˡ a b c))
    (+ℕ-interchange b c (a *ℕ b) (a *ℕ c))

  *ℕ-zero : ∀ a → a *ℕ zero ≡ zero
  *ℕ-zero zero    = refl
  *ℕ-zero (suc a) = *ℕ-zero a

  *ℕ-one : ∀ a → a *ℕ 1 ≡ a
  *ℕ-one zero    = refl
  *ℕ-one (suc a) = cong suc (*ℕ-one a)

  *ℕ-comm : ∀ a b → a *ℕ b ≡ b *ℕ a
  *ℕ-comm zero    b = sym (*ℕ-zero b)
  *ℕ-comm (suc a) b = begin
    b +ℕ a *ℕ b        ≡⟨ cong₂ _+ℕ_ (sym (*ℕ-one b)) (*ℕ-comm a b) ⟩
    b *ℕ 1 +ℕ b *ℕ a   ≡˘⟨ *ℕ-distribˡ b 1 a ⟩
    b *ℕ suc a         ∎

  *ℕ-distribʳ : ∀ a b c → (b +ℕ c) *ℕ a ≡ b *ℕ a +ℕ c *ℕ a
  *ℕ-distribʳ a b c = begin
    (b +ℕ c) *ℕ a      ≡⟨ *ℕ-comm (b +ℕ c) a ⟩
    a *ℕ (b +ℕ c)      ≡⟨ *ℕ-distribˡ a b c ⟩
    a *ℕ b +ℕ a *ℕ c   ≡⟨ cong₂ _+ℕ_ (*ℕ-comm a b) (*ℕ-comm a c) ⟩
    b *ℕ a +ℕ c *ℕ a   ∎

  *ℕ-assoc : ∀ a b c → (a *ℕ b) *ℕ c ≡ a *ℕ (b *ℕ c)
  *ℕ-assoc zero    b c = refl
  *ℕ-assoc (suc a) b c = trans
    (*ℕ-distribʳ c b (a *ℕ b))
    (cong (b *ℕ c +ℕ_) (*ℕ-assoc a b c))

  suc-injective : {a b : Nat} → _≡_ {A = Nat} (suc a) (suc b) → a ≡ b
  suc-injective refl = refl

------------------------------------------------------------------------
-- Differences a - b, and when two of them are the same integer

-- Without eta, so that a difference is computed once where it is taken apart.
infixr 4 _-ℕ_

record Difference : Set where
  no-eta-equality
  pattern
  constructor _-ℕ_
  field
    plus minus : Nat

infix 4 _≈_

_≈_ : Difference → Difference → Set
(a -ℕ b) ≈ (c -ℕ d) = a +ℕ d ≡ c +ℕ b

⟦_⟧ : Int → Difference
⟦ pos n ⟧    = n -ℕ zero
⟦ negsuc n ⟧ = zero -ℕ suc n

normalise : Difference → Int
normalise (a     -ℕ zero)  = pos a
normalise (zero  -ℕ suc b) = negsuc b
normalise (suc a -ℕ suc b) = normalise (a -ℕ b)

private

  ≈-refl : ∀ x → x ≈ x
  ≈-refl (a -ℕ b) = refl

  ≈-suc : ∀ x a b → x ≈ (a -ℕ b) → x ≈ (suc a -ℕ suc b)
  ≈-suc (c -ℕ d) a b e = trans (+ℕ-suc c b) (cong suc e)

  ⟦normalise⟧ : ∀ x → ⟦ normalise x ⟧ ≈ x
  ⟦normalise⟧ (a     -ℕ zero)  = refl
  ⟦normalise⟧ (zero  -ℕ suc b) = refl
  ⟦normalise⟧ (suc a -ℕ suc b) =
    ≈-suc ⟦ normalise (a -ℕ b) ⟧ a b (⟦normalise⟧ (a -ℕ b))

  normalise⟦⟧ : ∀ z → normalise ⟦ z ⟧ ≡ z
  normalise⟦⟧ (pos n)    = refl
  normalise⟦⟧ (negsuc n) = refl

  -- Differences of the same integer have the same normal form.
  normalise-cong : ∀ x y → x ≈ y → normalise x ≡ normalise y
  normalise-cong (a -ℕ zero) (c -ℕ d) e = begin
    pos a                      ≡˘⟨ shift d a ⟩
    normalise (a +ℕ d -ℕ d)     ≡⟨ cong (λ n → normalise (n -ℕ d)) e ⟩
    normalise (c +ℕ zero -ℕ d)  ≡⟨ cong (λ n → normalise (n -ℕ d)) (+ℕ-zero c) ⟩
    normalise (c -ℕ d)          ∎
    where
    shift : ∀ d a → normalise (a +ℕ d -ℕ d) ≡ pos a
    shift zero    a = cong pos (+ℕ-zero a)
    shift (suc d) a = trans (cong (λ n → normalise (n -ℕ suc d)) (+ℕ-suc a d)) (shift d a)
  normalise-cong (zero -ℕ suc b) (c -ℕ d) e = begin
    negsuc b                     ≡˘⟨ shift c b ⟩
    normalise (c -ℕ c +ℕ suc b)   ≡˘⟨ cong (λ n → normalise (c -ℕ n)) e ⟩
    normalise (c -ℕ d)            ∎
    where
    shift : ∀ c b → normalise (c -ℕ c +ℕ suc b) ≡ negsuc b
    shift zero    b = refl
    shift (suc c) b = shift c b
  normalise-cong (suc a -ℕ suc b) (c -ℕ d) e =
    normalise-cong (a -ℕ b) (c -ℕ d) (suc-injective (trans e (+ℕ-suc c b)))

------------------------------------------------------------------------
-- Operations on differences

infixl 7 _⊛_
infixl 6 _⊕_

_⊕_ _⊛_ : Difference → Difference → Difference
(a -ℕ b) ⊕ (c -ℕ d) = a +ℕ c -ℕ b +ℕ d
(a -ℕ b) ⊛ (c -ℕ d) = a *ℕ c +ℕ b *ℕ d -ℕ a *ℕ d +ℕ b *ℕ c

⊖_ : Difference → Difference
⊖ (a -ℕ b) = b -ℕ a

private

  ⊕-cong : ∀ x x′ y y′ → x ≈ x′ → y ≈ y′ → x ⊕ y ≈ x′ ⊕ y′
  ⊕-cong (a -ℕ b) (a′ -ℕ b′) (c -ℕ d) (c′ -ℕ d′) p q = begin
    (a +ℕ c) +ℕ (b′ +ℕ d′)  ≡⟨ +ℕ-interchange a c b′ d′ ⟩
    (a +ℕ b′) +ℕ (c +ℕ d′)  ≡⟨ cong₂ _+ℕ_ p q ⟩
    (a′ +ℕ b) +ℕ (c′ +ℕ d)  ≡⟨ +ℕ-interchange a′ b c′ d ⟩
    (a′ +ℕ c′) +ℕ (b +ℕ d)  ∎

  ⊛-comm : ∀ x y → x ⊛ y ≡ y ⊛ x
  ⊛-comm (a -ℕ b) (c -ℕ d) = cong₂ _-ℕ_
    (cong₂ _+ℕ_ (*ℕ-comm a c) (*ℕ-comm b d))
    (trans (cong₂ _+ℕ_ (*ℕ-comm a d) (*ℕ-comm b c)) (+ℕ-comm (d *ℕ a) (c *ℕ b)))

  ⊛-congˡ : ∀ x y y′ → y ≈ y′ → x ⊛ y ≈ x ⊛ y′
  ⊛-congˡ (a -ℕ b) (c -ℕ d) (c′ -ℕ d′) e = begin
    (a *ℕ c +ℕ b *ℕ d) +ℕ (a *ℕ d′ +ℕ b *ℕ c′)
      ≡⟨ +ℕ-interchange (a *ℕ c) (b *ℕ d) (a *ℕ d′) (b *ℕ c′) ⟩
    (a *ℕ c +ℕ a *ℕ d′) +ℕ (b *ℕ d +ℕ b *ℕ c′)
      ≡˘⟨ cong₂ _+ℕ_ (*ℕ-distribˡ a c d′) (*ℕ-distribˡ b d c′) ⟩
    a *ℕ (c +ℕ d′) +ℕ b *ℕ (d +ℕ c′)
      ≡⟨ cong₂ _+ℕ_ (cong (a *ℕ_) e) (cong (b *ℕ_)
           (trans (+ℕ-comm d c′) (trans (sym e) (+ℕ-comm c d′)))) ⟩
    a *ℕ (c′ +ℕ d) +ℕ b *ℕ (d′ +ℕ c)
      ≡⟨ cong₂ _+ℕ_ (*ℕ-distribˡ a c′ d) (*ℕ-distribˡ b d′ c) ⟩
    (a *ℕ c′ +ℕ a *ℕ d) +ℕ (b *ℕ d′ +ℕ b *ℕ c)
      ≡⟨ +ℕ-interchange (a *ℕ c′) (a *ℕ d) (b *ℕ d′) (b *ℕ c) ⟩
    (a *ℕ c′ +ℕ b *ℕ d′) +ℕ (a *ℕ d +ℕ b *ℕ c)  ∎

  ⊛-distribˡ : ∀ x y z → x ⊛ (y ⊕ z) ≡ x ⊛ y ⊕ x ⊛ z
  ⊛-distribˡ (a -ℕ b) (c -ℕ d) (e -ℕ f) = cong₂ _-ℕ_ (spread c e d f) (spread d f c e)
    where
    spread : ∀ c e d f → a *ℕ (c +ℕ e) +ℕ b *ℕ (d +ℕ f) ≡
                         (a *ℕ c +ℕ b *ℕ d) +ℕ (a *ℕ e +ℕ b *ℕ f)
    spread c e d f = trans
      (cong₂ _+ℕ_ (*ℕ-distribˡ a c e) (*ℕ-distribˡ b d f))
      (+ℕ-interchange (a *ℕ c) (a *ℕ e) (b *ℕ d) (b *ℕ f))

  ⊛-assoc : ∀ x y z → (x ⊛ y) ⊛ z ≡ x ⊛ (y ⊛ z)
  ⊛-assoc (a -ℕ b) (c -ℕ d) (e -ℕ f) = cong₂ _-ℕ_ (regroup e f) (regroup f e)
    where
    regroup : ∀ e f →
      (a *ℕ c +ℕ b *ℕ d) *ℕ e +ℕ (a *ℕ d +ℕ b *ℕ c) *ℕ f ≡
      a *ℕ (c *ℕ e +ℕ d *ℕ f) +ℕ b *ℕ (c *ℕ f +ℕ d *ℕ e)
    regroup e f = begin
      (a *ℕ c +ℕ b *ℕ d) *ℕ e +ℕ (a *ℕ d +ℕ b *ℕ c) *ℕ f
        ≡⟨ cong₂ _+ℕ_ (*ℕ-distribʳ e (a *ℕ c) (b *ℕ d))
             (*ℕ-distribʳ f (a *ℕ d) (b *ℕ c)) ⟩
      ((a *ℕ c) *ℕ e +ℕ (b *ℕ d) *ℕ e) +ℕ ((a *ℕ d) *ℕ f +ℕ (b *ℕ c) *ℕ f)
        ≡⟨ +ℕ-interchange ((a *ℕ c) *ℕ e) _ ((a *ℕ d) *ℕ f) _ ⟩
      ((a *ℕ c) *ℕ e +ℕ (a *ℕ d) *ℕ f) +ℕ ((b *ℕ d) *ℕ e +ℕ (b *ℕ c) *ℕ f)
        ≡⟨ cong₂ _+ℕ_ (both a c e d f) (trans (+ℕ-comm ((b *ℕ d) *ℕ e) _) (both b c f d e)) ⟩
      a *ℕ (c *ℕ e +ℕ d *ℕ f) +ℕ b *ℕ (c *ℕ f +ℕ d *ℕ e)  ∎
      where
      both : ∀ n p q r s → (n *ℕ p) *ℕ q +ℕ (n *ℕ r) *ℕ s ≡ n *ℕ (p *ℕ q +ℕ r *ℕ s)
      both n p q r s = trans
        (cong₂ _+ℕ_ (*ℕ-assoc n p q) (*ℕ-assoc n r s))
        (sym (*ℕ-distribˡ n (p *ℕ q) (r *ℕ s)))

------------------------------------------------------------------------
-- The ring of integers

infixl 7 _*ℤ_
infixl 6 _+ℤ_

_+ℤ_ _*ℤ_ : Int → Int → Int
x +ℤ y = normalise (⟦ x ⟧ ⊕ ⟦ y ⟧)
x *ℤ y = normalise (⟦ x ⟧ ⊛ ⟦ y ⟧)

-ℤ_ : Int → Int
-ℤ x = normalise (⊖ ⟦ x ⟧)

private

  -- An inner normalisation can be left out.
  ⊕-normaliseˡ : ∀ x y → normalise (⟦ normalise x ⟧ ⊕ y) ≡ normalise (x ⊕ y)
  ⊕-normaliseˡ x y = normalise-cong (⟦ normalise x ⟧ ⊕ y) (x ⊕ y)
    (⊕-cong ⟦ normalise x ⟧ x y y (⟦normalise⟧ x) (≈-refl y))

  ⊕-comm : ∀ x y → x ⊕ y ≡ y ⊕ x
  ⊕-comm (a -ℕ b) (c -ℕ d) = cong₂ _-ℕ_ (+ℕ-comm a c) (+ℕ-comm b d)

  ⊕-normaliseʳ : ∀ x y → normalise (x ⊕ ⟦ normalise y ⟧) ≡ normalise (x ⊕ y)
  ⊕-normaliseʳ x y = begin
    normalise (x ⊕ ⟦ normalise y ⟧)  ≡⟨ cong normalise (⊕-comm x ⟦ normalise y ⟧) ⟩
    normalise (⟦ normalise y ⟧ ⊕ x)  ≡⟨ ⊕-normaliseˡ y x ⟩
    normalise (y ⊕ x)                ≡⟨ cong normalise (⊕-comm y x) ⟩
    normalise (x ⊕ y)                ∎

  ⊛-normaliseʳ : ∀ x y → normalise (x ⊛ ⟦ normalise y ⟧) ≡ normalise (x ⊛ y)
  ⊛-normaliseʳ x y = normalise-cong (x ⊛ ⟦ normalise y ⟧) (x ⊛ y)
    (⊛-congˡ x ⟦ normalise y ⟧ y (⟦normalise⟧ y))

  ⊛-normaliseˡ : ∀ x y → normalise (⟦ normalise x ⟧ ⊛ y) ≡ normalise (x ⊛ y)
  ⊛-normaliseˡ x y = begin
    normalise (⟦ normalise x ⟧ ⊛ y)  ≡⟨ cong normalise (⊛-comm ⟦ normalise x ⟧ y) ⟩
    normalise (y ⊛ ⟦ normalise x ⟧)  ≡⟨ ⊛-normaliseʳ y x ⟩
    normalise (y ⊛ x)                ≡⟨ cong normalise (⊛-comm y x) ⟩
    normalise (x ⊛ y)                ∎

  +ℤ-assoc : ∀ x y z → (x +ℤ y) +ℤ z ≡ x +ℤ (y +ℤ z)
  +ℤ-assoc x y z = begin
    (x +ℤ y) +ℤ z                         ≡⟨ ⊕-normaliseˡ (⟦ x ⟧ ⊕ ⟦ y ⟧) ⟦ z ⟧ ⟩
    normalise ((⟦ x ⟧ ⊕ ⟦ y ⟧) ⊕ ⟦ z ⟧)   ≡⟨ cong normalise (assoc ⟦ x ⟧ ⟦ y ⟧ ⟦ z ⟧) ⟩
    normalise (⟦ x ⟧ ⊕ (⟦ y ⟧ ⊕ ⟦ z ⟧))   ≡˘⟨ ⊕-normaliseʳ ⟦ x ⟧ (⟦ y ⟧ ⊕ ⟦ z ⟧) ⟩
    x +ℤ (y +ℤ z)                         ∎
    where
    assoc : ∀ u v w → (u ⊕ v) ⊕ w ≡ u ⊕ (v ⊕ w)
    assoc (a -ℕ b) (c -ℕ d) (e -ℕ f) = cong₂ _-ℕ_ (+ℕ-assoc a c e) (+ℕ-assoc b d f)

  +ℤ-identityˡ : ∀ x → pos 0 +ℤ x ≡ x
  +ℤ-identityˡ x = trans (cong normalise (zero-⊕ ⟦ x ⟧)) (normalise⟦⟧ x)
    where
    zero-⊕ : ∀ u → (0 -ℕ 0) ⊕ u ≡ u
    zero-⊕ (a -ℕ b) = refl

  -ℤ-inverseˡ : ∀ x → (-ℤ x) +ℤ x ≡ pos 0
  -ℤ-inverseˡ x = trans (⊕-normaliseˡ (⊖ ⟦ x ⟧) ⟦ x ⟧)
    (normalise-cong (⊖ ⟦ x ⟧ ⊕ ⟦ x ⟧) (0 -ℕ 0) (cancels ⟦ x ⟧))
    where
    cancels : ∀ u → ⊖ u ⊕ u ≈ (0 -ℕ 0)
    cancels (a -ℕ b) = trans (+ℕ-zero (b +ℕ a)) (+ℕ-comm b a)

  *ℤ-assoc : ∀ x y z → (x *ℤ y) *ℤ z ≡ x *ℤ (y *ℤ z)
  *ℤ-assoc x y z = begin
    (x *ℤ y) *ℤ z                         ≡⟨ ⊛-normaliseˡ (⟦ x ⟧ ⊛ ⟦ y ⟧) ⟦ z ⟧ ⟩
    normalise ((⟦ x ⟧ ⊛ ⟦ y ⟧) ⊛ ⟦ z ⟧)   ≡⟨ cong normalise (⊛-assoc ⟦ x ⟧ ⟦ y ⟧ ⟦ z ⟧) ⟩
    normalise (⟦ x ⟧ ⊛ (⟦ y ⟧ ⊛ ⟦ z ⟧))   ≡˘⟨ ⊛-normaliseʳ ⟦ x ⟧ (⟦ y ⟧ ⊛ ⟦ z ⟧) ⟩
    x *ℤ (y *ℤ z)                         ∎

  *ℤ-identityˡ : ∀ x → pos 1 *ℤ x ≡ x
  *ℤ-identityˡ x = trans (cong normalise (one ⟦ x ⟧)) (normalise⟦⟧ x)
    where
    one : ∀ u → (1 -ℕ 0) ⊛ u ≡ u
    one (a -ℕ b) = cong₂ _-ℕ_
      (trans (+ℕ-zero (a +ℕ 0)) (+ℕ-zero a)) (trans (+ℕ-zero (b +ℕ 0)) (+ℕ-zero b))

  *ℤ-distribˡ : ∀ x y z → x *ℤ (y +ℤ z) ≡ x *ℤ y +ℤ x *ℤ z
  *ℤ-distribˡ x y z = begin
    x *ℤ (y +ℤ z)
      ≡⟨ ⊛-normaliseʳ ⟦ x ⟧ (⟦ y ⟧ ⊕ ⟦ z ⟧) ⟩
    normalise (⟦ x ⟧ ⊛ (⟦ y ⟧ ⊕ ⟦ z ⟧))
      ≡⟨ cong normalise (⊛-distribˡ ⟦ x ⟧ ⟦ y ⟧ ⟦ z ⟧) ⟩
    normalise (⟦ x ⟧ ⊛ ⟦ y ⟧ ⊕ ⟦ x ⟧ ⊛ ⟦ z ⟧)
      ≡˘⟨ ⊕-normaliseˡ (⟦ x ⟧ ⊛ ⟦ y ⟧) (⟦ x ⟧ ⊛ ⟦ z ⟧) ⟩
    normalise (⟦ x *ℤ y ⟧ ⊕ ⟦ x ⟧ ⊛ ⟦ z ⟧)
      ≡˘⟨ ⊕-normaliseʳ ⟦ x *ℤ y ⟧ (⟦ x ⟧ ⊛ ⟦ z ⟧) ⟩
    x *ℤ y +ℤ x *ℤ z  ∎

-- The integers are a commutative ring.
integers : CommutativeRing
integers = record
  { Carrier     = Int
  ; _+_         = _+ℤ_
  ; _*_         = _*ℤ_
  ; -_          = -ℤ_
  ; 0#          = pos 0
  ; 1#          = pos 1
  ; +-assoc     = +ℤ-assoc
  ; +-comm      = λ x y → cong normalise (⊕-comm ⟦ x ⟧ ⟦ y ⟧)
  ; +-identityˡ = +ℤ-identityˡ
  ; -‿inverseˡ  = -ℤ-inverseˡ
  ; *-assoc     = *ℤ-assoc
  ; *-comm      = λ x y → cong normalise (⊛-comm ⟦ x ⟧ ⟦ y ⟧)
  ; *-identityˡ = *ℤ-identityˡ
  ; distribˡ    = *ℤ-distribˡ
  }
