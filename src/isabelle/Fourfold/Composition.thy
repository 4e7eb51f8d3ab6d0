(*  Title:      Fourfold/Composition.thy

The chain rule.
*)

section \<open>Composition\<close>

theory Composition
  imports Vjp
begin

text \<open>
  The backward map of \<open>g\<close> after \<open>f\<close> runs the backward map of \<open>g\<close> first, at the value that the forward
  pass stored: \<open>b (x, dy) = b\<^sub>f (x, b\<^sub>g (f x, dy))\<close>.

  Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM 2008), section 3.2.
\<close>

text \<open>A composition of two programs with vector-Jacobian products has one: the chain rule.\<close>

theorem vjp_comp:
  assumes f: "has_vjp I J F f df bf" and g: "has_vjp J K G g dg bg"
  shows "has_vjp I K (\<lambda>x. G (F x)) (\<lambda>x. g (f x))
    (\<lambda>x v. dg (f x) (df x v)) (\<lambda>x dy. bf x (bg (f x) dy))"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>x. G (F x)) (\<lambda>x. g (f x)) (\<lambda>x v. dg (f x) (df x v))"
    unfolding is_jvp_def
    by (simp add: is_jvpD [OF has_vjp_jvp [OF f]] is_jvpD [OF has_vjp_jvp [OF g]])
  show "is_vjp I K (\<lambda>x v. dg (f x) (df x v)) (\<lambda>x dy. bf x (bg (f x) dy))"
    by (rule is_vjpI)
      (rule adjoint_comp [OF has_vjp_adjoint [OF f] has_vjp_adjoint [OF g]])
qed

end
