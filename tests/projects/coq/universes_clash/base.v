Definition small := Type.
Definition large := Type.
