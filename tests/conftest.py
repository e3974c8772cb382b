"""What holds for all tests."""

from hypothesis import settings

# By default an example that takes 200 ms fails its test. On a busy machine any of them may: that
# says nothing of the code. What has to be quick is timed by the processor's clock, where it is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
