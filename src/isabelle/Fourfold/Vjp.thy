(*  Title:      Fourfold/Vjp.thy

Vector-Jacobian products.
*)

section \<open>Vector-Jacobian products\<close>

theory Vjp
  imports Dual Adjoint
begin

text \<open>
  \<^item> \<open>is_jvp F f df\<close>: running the program \<open>F\<close> over dual numbers, at \<open>x + \<epsilon> v\<close>, gives \<open>f x + \<epsilon> df x v\<close>.
    So \<open>df x v\<close> is the Jacobian-vector product of \<open>f\<close> at \<open>x\<close> along \<open>v\<close>. \<open>F\<close> is the text of \<open>f\<close>, read
    over dual numbers; since logic has no way to say so of two functions, each theorem names both.
  \<^item> \<open>is_vjp I J df b\<close>: at each \<open>x\<close>, the backward map \<open>b x\<close> is the adjoint of \<open>df x\<close>: it sends a
    cotangent \<open>dy\<close> of the output to the transposed Jacobian times \<open>dy\<close>.
  \<^item> \<open>has_vjp I J F f df b\<close>: both.

  The backward map is always given by the user of the definition and never read off the
  derivative, so that no instance holds by definition.

  Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM 2008), section 3.2.
\<close>

definition is_jvp ::
  "(('i \<Rightarrow> 'a::comm_ring_1 dual) \<Rightarrow> 'j \<Rightarrow> 'a dual) \<Rightarrow> (('i \<Rightarrow> 'a) \<Rightarrow> 'j \<Rightarrow> 'a) \<Rightarrow>
    (('i \<Rightarrow> 'a) \<Rightarrow> ('i \<Rightarrow> 'a) \<Rightarrow> 'j \<Rightarrow> 'a) \<Rightarrow> bool"
  where "is_jvp F f df \<longleftrightarrow> (\<forall>x v. F (perturb x v) = perturb (f x) (df x v))"

definition is_vjp ::
  "'i set \<Rightarrow> 'j set \<Rightarrow> (('i \<Rightarrow> 'a::comm_ring_1) \<Rightarrow> ('i \<Rightarrow> 'a) \<Rightarrow> 'j \<Rightarrow> 'a) \<Rightarrow>
    (('i \<Rightarrow> 'a) \<Rightarrow> ('j \<Rightarrow> 'a) \<Rightarrow> 'i \<Rightarrow> 'a) \<Rightarrow> bool"
  where "is_vjp I J df b \<longleftrightarrow> (\<forall>x. is_adjoint I J (df x) (b x))"

definition has_vjp ::
  "'i set \<Rightarrow> 'j set \<Rightarrow> (('i \<Rightarrow> 'a::comm_ring_1 dual) \<Rightarrow> 'j \<Rightarrow> 'a dual) \<Rightarrow>
    (('i \<Rightarrow> 'a) \<Rightarrow> 'j \<Rightarrow> 'a) \<Rightarrow> (('i \<Rightarrow> 'a) \<Rightarrow> ('i \<Rightarrow> 'a) \<Rightarrow> 'j \<Rightarrow> 'a) \<Rightarrow>
    (('i \<Rightarrow> 'a) \<Rightarrow> ('j \<Rightarrow> 'a) \<Rightarrow> 'i \<Rightarrow> 'a) \<Rightarrow> bool"
  where "has_vjp I J F f df b \<longleftrightarrow> is_jvp F f df \<and> is_vjp I J df b"

text \<open>To prove a Jacobian-vector product, compare the components of each entry.\<close>

lemma is_jvpI:
  assumes "\<And>x v j. primal (F (perturb x v) j) = f x j"
    and "\<And>x v j. tangent (F (perturb x v) j) = df x v j"
  shows "is_jvp F f df"
  unfolding is_jvp_def
proof (intro allI ext)
  fix x v j
  show "F (perturb x v) j = perturb (f x) (df x v) j"
    by (rule dual_eqI) (simp_all add: assms embedded_components)
qed

text \<open>To use a Jacobian-vector product, replace a run over dual numbers.\<close>

lemma is_jvpD:
  assumes "is_jvp F f df"
  shows "F (perturb x v) = perturb (f x) (df x v)"
  using assms unfolding is_jvp_def by blast

text \<open>To prove a vector-Jacobian product, prove an adjoint at each point.\<close>

lemma is_vjpI:
  assumes "\<And>x. is_adjoint I J (df x) (b x)"
  shows "is_vjp I J df b"
  using assms unfolding is_vjp_def by blast

text \<open>A vector-Jacobian product is an adjoint at each point.\<close>

lemma is_vjpD:
  assumes "is_vjp I J df b"
  shows "is_adjoint I J (df x) (b x)"
  using assms unfolding is_vjp_def by blast

text \<open>To prove both, prove each.\<close>

lemma has_vjpI:
  assumes "is_jvp F f df" and "is_vjp I J df b"
  shows "has_vjp I J F f df b"
  using assms unfolding has_vjp_def by blast

text \<open>The derivative of a program with a vector-Jacobian product is its dual part.\<close>

lemma has_vjp_jvp:
  assumes "has_vjp I J F f df b"
  shows "is_jvp F f df"
  using assms unfolding has_vjp_def by blast

text \<open>The backward map of a program with a vector-Jacobian product is an adjoint at each point.\<close>

lemma has_vjp_adjoint:
  assumes "has_vjp I J F f df b"
  shows "is_adjoint I J (df x) (b x)"
  using assms unfolding has_vjp_def is_vjp_def by blast

text \<open>
  There is one derivative: two that the same program has over dual numbers are equal.
\<close>

theorem jvp_unique:
  assumes "is_jvp F f df" and "is_jvp F g dg"
  shows "df x v = dg x v"
proof
  fix j
  have "perturb (f x) (df x v) = F (perturb x v)"
    using assms(1) by (rule is_jvpD [symmetric])
  also have "\<dots> = perturb (g x) (dg x v)"
    using assms(2) by (rule is_jvpD)
  finally have "perturb (f x) (df x v) = perturb (g x) (dg x v)" .
  then have "tangent (perturb (f x) (df x v) j) = tangent (perturb (g x) (dg x v) j)"
    by simp
  then show "df x v j = dg x v j"
    by (simp only: embedded_components)
qed

text \<open>There is one backward map: two for the same program agree on every index.\<close>

theorem backward_unique:
  assumes "has_vjp I J F f df b" and "has_vjp I J F g dg c"
    and "finite I" and "i \<in> I"
  shows "b x dy i = c x dy i"
proof -
  have b: "is_adjoint I J (df x) (b x)"
    using assms(1) by (rule has_vjp_adjoint)
  have "df x v = dg x v" for v
    using has_vjp_jvp [OF assms(1)] has_vjp_jvp [OF assms(2)] by (rule jvp_unique)
  then have "df x = dg x"
    by (rule ext)
  then have c: "is_adjoint I J (df x) (c x)"
    using has_vjp_adjoint [OF assms(2), of x] by simp
  show ?thesis
    using adjoint_unique [OF b c assms(3,4)] .
qed

text \<open>The backward map of the identity is \<open>dx = dy\<close>.\<close>

theorem id_vjp: "has_vjp I I (\<lambda>x. x) (\<lambda>x. x) (\<lambda>x v. v) (\<lambda>x dy. dy)"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>x. x) (\<lambda>x. x) (\<lambda>x v. v)"
    unfolding is_jvp_def by simp
  show "is_vjp I I (\<lambda>x v. v) (\<lambda>x dy. dy)"
    by (rule is_vjpI) (rule adjoint_id)
qed

end
