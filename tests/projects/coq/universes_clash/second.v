Require Import universes_clash.base.
Definition above : small := large.
