"""Image maths of the 2D views: numpy only, no Qt."""
