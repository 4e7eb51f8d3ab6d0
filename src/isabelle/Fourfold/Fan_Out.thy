(*  Title:      Fourfold/Fan_Out.thy

The sum of two programs.
*)

section \<open>Sum\<close>

theory Fan_Out
  imports Vjp
begin

text \<open>
  In \<open>f x + g x\<close> the input fans out to two programs, and the cotangents that come back along the two
  paths add: \<open>b (x, dy) = b\<^sub>f (x, dy) + b\<^sub>g (x, dy)\<close>.

  Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM 2008), section 3.2.
\<close>

text \<open>A sum of two programs with vector-Jacobian products has one: the cotangents add.\<close>

theorem vjp_add:
  assumes f: "has_vjp I J F f df bf" and g: "has_vjp I J G g dg bg"
  shows "has_vjp I J (\<lambda>x j. F x j + G x j) (\<lambda>x j. f x j + g x j)
    (\<lambda>x v j. df x v j + dg x v j) (\<lambda>x dy i. bf x dy i + bg x dy i)"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>x j. F x j + G x j) (\<lambda>x j. f x j + g x j) (\<lambda>x v j. df x v j + dg x v j)"
    by (rule is_jvpI)
      (simp_all add: is_jvpD [OF has_vjp_jvp [OF f]] is_jvpD [OF has_vjp_jvp [OF g]]
        dual_components embedded_components)
  show "is_vjp I J (\<lambda>x v j. df x v j + dg x v j) (\<lambda>x dy i. bf x dy i + bg x dy i)"
    by (rule is_vjpI)
      (rule adjoint_add [OF has_vjp_adjoint [OF f] has_vjp_adjoint [OF g]])
qed

end
