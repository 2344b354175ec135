"""Say something about a case. What was said is never changed."""

from django.utils import timezone

from config.core.models import User
from transactions.models import CaseComment, ExceptionCase
from transactions.pipeline.storable import storable_text

LENGTH = 4000


def comment_on_case(case: ExceptionCase, *, author: User, body: str) -> CaseComment:
    """Append a comment, to a closed case too: whoever asks later finds it. body: plain text, cut to LENGTH."""
    return CaseComment.objects.create(
        case=case,
        author=author,
        author_name=author.get_username(),
        body=storable_text(body.strip(), LENGTH),
        at=timezone.now(),
    )
