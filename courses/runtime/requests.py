"""The words with which a page asks a sequenced lesson for something (SN 4.4.2)."""

#: Asks only what may be asked for, after what the open part has saved; moves nothing
CONTROLS = "controls"
#: What a page may ask for; "" opens the lesson where it stands
REQUESTS = (
    "", CONTROLS, "start", "resumeAll", "continue", "previous", "choice", "jump", "exit", "exitAll",
    "suspendAll", "abandon", "abandonAll",
)  # fmt: skip
