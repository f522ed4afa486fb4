"""Pictures and movies for outside, each marked with where its slices come from."""
