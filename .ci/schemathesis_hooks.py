"""What Schemathesis cannot know from the document."""

import schemathesis


@schemathesis.hook
def map_case(context, case):
    """Only the service makes cursors: a made-up one is refused with 400, as it should be."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if positive and case.query and "after" in case.query:
        case.query = {name: value for name, value in case.query.items() if name != "after"}
    return case
