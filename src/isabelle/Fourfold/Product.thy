(*  Title:      Fourfold/Product.thy

The elementwise product of two programs.
*)

section \<open>Product\<close>

theory Product
  imports Vjp
begin

text \<open>
  The product is taken entry by entry, as in a gate. Each factor weighs the cotangent of the other:
  \<open>b (x, dy) = b\<^sub>f (x, g x * dy) + b\<^sub>g (x, f x * dy)\<close>.

  Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM 2008), section 3.2.
\<close>

text \<open>An elementwise product of two programs with vector-Jacobian products has one.\<close>

theorem vjp_mult:
  assumes f: "has_vjp I J F f df bf" and g: "has_vjp I J G g dg bg"
  shows "has_vjp I J (\<lambda>x j. F x j * G x j) (\<lambda>x j. f x j * g x j)
    (\<lambda>x v j. g x j * df x v j + f x j * dg x v j)
    (\<lambda>x dy i. bf x (\<lambda>j. g x j * dy j) i + bg x (\<lambda>j. f x j * dy j) i)"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>x j. F x j * G x j) (\<lambda>x j. f x j * g x j)
      (\<lambda>x v j. g x j * df x v j + f x j * dg x v j)"
    by (rule is_jvpI)
      (simp_all add: is_jvpD [OF has_vjp_jvp [OF f]] is_jvpD [OF has_vjp_jvp [OF g]]
        dual_components embedded_components algebra_simps)
  show "is_vjp I J (\<lambda>x v j. g x j * df x v j + f x j * dg x v j)
      (\<lambda>x dy i. bf x (\<lambda>j. g x j * dy j) i + bg x (\<lambda>j. f x j * dy j) i)"
  proof (rule is_vjpI)
    fix x
    show "is_adjoint I J (\<lambda>v j. g x j * df x v j + f x j * dg x v j)
        (\<lambda>dy i. bf x (\<lambda>j. g x j * dy j) i + bg x (\<lambda>j. f x j * dy j) i)"
      by (rule adjoint_add [OF adjoint_scale [OF has_vjp_adjoint [OF f]]
            adjoint_scale [OF has_vjp_adjoint [OF g]]])
  qed
qed

end
