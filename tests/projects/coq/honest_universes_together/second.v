Require Import honest_universes_together.base.
Definition above : large := small -> small.
