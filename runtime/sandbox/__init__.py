"""What a child may reach: the ladder bubblewrap, Landlock with seccomp, limits only.

`ladder.choose` finds the best rung that this host really allows; `launch.launch` starts a program on it, watched by
`supervise`. `confine`, `supervise` and what they import run as programs of a bare interpreter: standard library only.
"""
