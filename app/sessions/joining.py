"""The verdicts of a session put beside those that stand: of two on one slice the later one stays, and both sides are told."""

from app.review.verdicts import Review
from app.sessions.session import Session
from app.state.review_state import ReviewState
from app.translation import tr


def join_session(
    reviews: ReviewState, session: Session, *, is_file: bool
) -> tuple[tuple[Review, ...], list[str]]:
    """Take the verdicts of a session over.

    Parameters
    ----------
    reviews
        What stands; is changed.
    session
        What was read.
    is_file
        Whether a file of the person's own holds it: what is newer here, it lacks.

    Returns
    -------
    joined
        What stands now of its runs.
    remarks
        What to tell a person about it.
    """
    remarks = []
    reader = reviews.reader
    if session.reader and reader and session.reader != reader:
        remarks.append(
            tr("It was saved by {other}; what you decide is signed {reader}.").format(
                other=session.reader, reader=reader
            )
        )
    for review in session.reviews:
        reviews.assign(review.run_key, session.images.digest)
    before = tuple(reviews.review(review.run_key) for review in session.reviews)
    joined = join_reviews(reviews, session.reviews)
    replaced, noted = _overruling(before, joined)
    if replaced:
        remarks.append(tr("%n later verdict(s) replaced what stood here.", "", replaced))
    if noted:
        remarks.append(tr("%n later remark(s) replaced what stood here.", "", noted))
    newer, noted = _overruling(session.reviews, joined) if is_file else (0, 0)
    if newer:
        remarks.append(tr("%n verdict(s) newer than those in the file was/were kept.", "", newer))
    if noted:
        remarks.append(tr("%n remark(s) newer than what the file holds was/were kept.", "", noted))
    return joined, remarks


def join_reviews(reviews: ReviewState, read: tuple[Review, ...]) -> tuple[Review, ...]:
    """Put verdicts beside those that stand: of two on one slice the later one stays. Returns what stands then."""
    joined = tuple(reviews.review(review.run_key).joined(review) for review in read)
    for review in joined:
        reviews.set_review(review)
    return joined


def _overruling(before: tuple[Review, ...], standing: tuple[Review, ...]) -> tuple[int, int]:
    """How many verdicts, and how many remarks without one, stand where something else stood; both of the same runs."""
    pairs = zip(standing, before, strict=True)
    found = [(now.verdict(v.slice_index), v.verdict) for now, old in pairs for v in old.verdicts]
    open_ = [now is not None and now.is_open for now, was in found if now != was]
    return len(open_) - sum(open_), sum(open_)
