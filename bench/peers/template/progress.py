"""Periods and statuses, as the dashboard of the peer computes them."""

from datetime import date, timedelta
from decimal import Decimal

from bench.peers.template.models import Measure, Observation, StatusPublic, Target

GRACE = {"school_year": 180}


def period_dates(period: str) -> tuple[date, date]:
    """Return the first and the last day of a school year or a month."""
    year, number = int(period[:4]), int(period[5:7])
    if number == (year + 1) % 100:
        return date(year, 7, 1), date(year + 1, 6, 30)
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), following - timedelta(days=1)


def months(period: str) -> int:
    """Count the months from year 0 to the end of a period."""
    ends = period_dates(period)[1]
    return ends.year * 12 + ends.month


def actual_of(measure: Measure, observation: Observation) -> Decimal | None:
    """Return the value of an observation."""
    if measure.factor is None:
        return observation.value
    if observation.numerator is None or not observation.denominator:
        return None
    return observation.numerator / observation.denominator * measure.factor


def expected_at(target: Target, period: str) -> tuple[Decimal, str]:
    """Return what a target expects in a period, and where that comes from."""
    points = [(months(target.baseline_period), target.baseline_value, "baseline")]
    points += [
        (months(milestone["period"]), Decimal(milestone["value"]), "milestone")
        for milestone in target.milestones
    ]
    points.append((months(target.due_in), target.aim_value, "aim"))
    at = months(period)
    earlier = points[0]
    for point in points:
        if point[0] == at:
            return point[1], point[2]
        if point[0] > at:
            passed = Decimal(at - earlier[0]) / (point[0] - earlier[0])
            return earlier[1] + (point[1] - earlier[1]) * passed, "interpolated"
        earlier = point
    return target.aim_value, "aim"


def fresh_until(measure: Measure, target: Target | None, observation: Observation) -> date | None:
    """Return the last day on which nothing newer than the observation is overdue."""
    due_in = target.due_in if target else None
    if due_in and observation.ends >= period_dates(due_in)[1]:
        return None
    grace = GRACE[measure.frequency] if measure.grace_days is None else measure.grace_days
    next_end = observation.ends.replace(year=observation.ends.year + 1)
    return next_end + timedelta(days=grace)


def compute_status(
    measure: Measure, target: Target | None, observation: Observation | None, on: date
) -> StatusPublic:
    """Compare the newest observation with the target."""
    actual = actual_of(measure, observation) if observation else None
    until = fresh_until(measure, target, observation) if observation else None
    if target is None or measure.direction == "neutral":
        reason = "none_set" if target is None else "neutral"
        return StatusPublic(status="no_target", reason=reason, actual=actual, fresh_until=until)
    if observation is None:
        return StatusPublic(status="no_data", reason="never_observed")
    if actual is None:
        reason = "no_value" if observation.status in {"reported", "estimated"} else None
        return StatusPublic(
            status="no_data", reason=reason or observation.status, fresh_until=until
        )
    if target.direction == "maintain":
        answer = compare_with_band(target, observation, actual)
    else:
        answer = compare_with_way(target, observation, actual)
    answer.actual = actual
    answer.fresh_until = until
    if until and on > until:
        answer.status, answer.reason = "stale", "overdue"
    return answer


def compare_with_band(target: Target, observation: Observation, actual: Decimal) -> StatusPublic:
    """Compare a value with a band."""
    tolerance = target.tolerance
    if tolerance is None:
        tolerance = (target.high - target.low) / 10
    difference = min(actual - target.low, target.high - actual)
    due = target.due_in is not None and observation.ends >= period_dates(target.due_in)[1]
    if difference >= 0:
        status, reason = ("met", "in_band_when_due") if due else ("on_track", "in_band")
    elif difference >= -tolerance:
        status, reason = "at_risk", "within_tolerance"
    else:
        status, reason = "off_track", "beyond_tolerance"
    return StatusPublic(status=status, reason=reason, difference=difference, tolerance=tolerance)


def compare_with_way(target: Target, observation: Observation, actual: Decimal) -> StatusPublic:
    """Compare a value with what is expected on the way from the baseline to the aim."""
    sign = 1 if target.direction == "increase" else -1
    way = target.aim_value - target.baseline_value
    tolerance = abs(way) / 10 if target.tolerance is None else target.tolerance
    expected, expected_from = expected_at(target, observation.period)
    difference = sign * (actual - expected)
    if sign * (actual - target.aim_value) >= 0:
        status, reason = "met", "at_or_past_aim"
    elif difference >= 0:
        status, reason = "on_track", "at_or_past_expected"
    elif difference >= -tolerance:
        status, reason = "at_risk", "within_tolerance"
    else:
        status, reason = "off_track", "beyond_tolerance"
    return StatusPublic(
        status=status,
        reason=reason,
        expected=expected,
        expected_from=expected_from,
        difference=difference,
        tolerance=tolerance,
        progress=(actual - target.baseline_value) / way if way else None,
    )
