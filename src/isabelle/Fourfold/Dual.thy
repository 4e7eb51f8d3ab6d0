(*  Title:      Fourfold/Dual.thy

Dual numbers over a commutative ring.
*)

section \<open>Dual numbers\<close>

theory Dual
  imports Sums
begin

text \<open>
  A dual number \<^term>\<open>Dual a b\<close> stands for \<open>a + b \<epsilon>\<close> with \<open>\<epsilon> * \<epsilon> = 0\<close>. Dual numbers over a commutative
  ring are a commutative ring, and a program of sums and products that is run over them computes
  its value in the \<open>primal\<close> and its derivative in the \<open>tangent\<close> component.

  Notation: \<open>embed a\<close> is \<open>a\<close> as a dual number without a tangent; \<open>perturb x v\<close> is the vector
  \<open>x + \<epsilon> v\<close>. Vectors are functions from an index type.

  Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM 2008), section 3.1.
\<close>

datatype 'a dual = Dual (primal: 'a) (tangent: 'a)

text \<open>Two dual numbers are equal if both components are.\<close>

lemma dual_eqI:
  assumes "primal a = primal b" and "tangent a = tangent b"
  shows "a = b"
  using assms by (cases a; cases b) simp

instantiation dual :: (comm_ring_1) comm_ring_1
begin

definition zero_dual_def: "0 = Dual 0 0"

definition one_dual_def: "1 = Dual 1 0"

definition plus_dual_def:
  "a + b = Dual (primal a + primal b) (tangent a + tangent b)"

definition minus_dual_def:
  "a - b = Dual (primal a - primal b) (tangent a - tangent b)"

definition uminus_dual_def: "- a = Dual (- primal a) (- tangent a)"

definition times_dual_def:
  "a * b = Dual (primal a * primal b) (primal a * tangent b + tangent a * primal b)"

instance
proof
  fix a b c :: "'a dual"
  show "a * b * c = a * (b * c)"
    by (simp add: times_dual_def algebra_simps)
  show "a * b = b * a"
    by (simp add: times_dual_def algebra_simps)
  show "1 * a = a"
    by (simp add: times_dual_def one_dual_def)
  show "a + b + c = a + (b + c)"
    by (simp add: plus_dual_def algebra_simps)
  show "a + b = b + a"
    by (simp add: plus_dual_def algebra_simps)
  show "0 + a = a"
    by (simp add: plus_dual_def zero_dual_def)
  show "- a + a = 0"
    by (simp add: plus_dual_def uminus_dual_def zero_dual_def)
  show "a - b = a + - b"
    by (simp add: plus_dual_def minus_dual_def uminus_dual_def)
  show "(a + b) * c = a * c + b * c"
    by (simp add: plus_dual_def times_dual_def algebra_simps)
  show "(0::'a dual) \<noteq> 1"
    by (simp add: zero_dual_def one_dual_def)
qed

end

definition embed :: "'a::comm_ring_1 \<Rightarrow> 'a dual"
  where "embed a = Dual a 0"

definition eps :: "'a::comm_ring_1 dual"
  where "eps = Dual 0 1"

definition perturb :: "('i \<Rightarrow> 'a::comm_ring_1) \<Rightarrow> ('i \<Rightarrow> 'a) \<Rightarrow> 'i \<Rightarrow> 'a dual"
  where "perturb x v i = Dual (x i) (v i)"

text \<open>The square of \<open>\<epsilon>\<close> is zero.\<close>

lemma eps_squared: "eps * eps = (0 :: 'a::comm_ring_1 dual)"
  by (simp add: eps_def times_dual_def zero_dual_def)

text \<open>Over the integers \<open>\<epsilon>\<close> is not zero: dual numbers are more than their base ring.\<close>

lemma eps_nonzero: "(eps :: int dual) \<noteq> 0"
  by (simp add: eps_def zero_dual_def)

text \<open>A perturbed vector is the vector plus \<open>\<epsilon>\<close> times the direction.\<close>

lemma perturb_eq: "perturb x v i = embed (x i) + eps * embed (v i)"
  by (simp add: perturb_def embed_def eps_def plus_dual_def times_dual_def)

text \<open>The components of a sum or product of two dual numbers.\<close>

lemma dual_components:
  fixes a b :: "'a::comm_ring_1 dual"
  shows "primal (a + b) = primal a + primal b"
    and "tangent (a + b) = tangent a + tangent b"
    and "primal (a * b) = primal a * primal b"
    and "tangent (a * b) = primal a * tangent b + tangent a * primal b"
    and "primal (0 :: 'a dual) = 0"
    and "tangent (0 :: 'a dual) = 0"
  by (simp_all add: plus_dual_def times_dual_def zero_dual_def)

text \<open>The components of constants and of perturbed vectors.\<close>

lemma embedded_components:
  shows "primal (embed a) = a"
    and "tangent (embed a) = 0"
    and "primal (perturb x v i) = x i"
    and "tangent (perturb x v i) = v i"
  by (simp_all add: embed_def perturb_def)

text \<open>The value of a sum of dual numbers is the sum of the values.\<close>

lemma primal_sum:
  fixes f :: "'i \<Rightarrow> 'a::comm_ring_1 dual"
  shows "primal (\<Sum>i\<in>I. f i) = (\<Sum>i\<in>I. primal (f i))"
  by (induct I rule: infinite_finite_induct) (simp_all add: dual_components)

text \<open>The derivative of a sum of dual numbers is the sum of the derivatives.\<close>

lemma tangent_sum:
  fixes f :: "'i \<Rightarrow> 'a::comm_ring_1 dual"
  shows "tangent (\<Sum>i\<in>I. f i) = (\<Sum>i\<in>I. tangent (f i))"
  by (induct I rule: infinite_finite_induct) (simp_all add: dual_components)

end
