Require Import honest_universes_together.base.
Definition below : large := small.
