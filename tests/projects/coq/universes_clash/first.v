Require Import universes_clash.base.
Definition below : large := small.
