(*  Title:      Fourfold/Residual.thy

Residual connections.
*)

section \<open>Residual connections\<close>

theory Residual
  imports Fan_Out
begin

text \<open>
  A residual connection adds the input of a program to its output. The cotangent goes back through
  the program and around it: \<open>b (x, dy) = b\<^sub>f (x, dy) + dy\<close>.

  Source: K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition (CVPR 2016).
\<close>

text \<open>A residual connection around a program with a vector-Jacobian product has one.\<close>

theorem vjp_residual:
  assumes "has_vjp I I F f df b"
  shows "has_vjp I I (\<lambda>x i. F x i + x i) (\<lambda>x i. f x i + x i)
    (\<lambda>x v i. df x v i + v i) (\<lambda>x dy i. b x dy i + dy i)"
  by (rule vjp_add [OF assms id_vjp])

end
