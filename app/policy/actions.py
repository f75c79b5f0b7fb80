"""Everything that can be asked of the system, and who may ask it: the whole authority, as data."""

import ast
from collections.abc import Mapping
from enum import Enum, StrEnum, auto
from inspect import getsource
from typing import Final

from app.vocabulary import CONSORTIUM_ROLES, Role


class Opens(Enum):
    """What a grant holds in its hand."""

    NOTHING = auto()
    ISSUER = auto()
    """Our own issuer, and what tells who may be issued a token."""
    READER = auto()
    SESSION = auto()
    VAULT = auto()
    """A session of the login that reads every sealed row, wholly in one transaction."""


class Action(StrEnum):
    """One thing a caller may be allowed to do; the value is also the OAuth scope."""

    LIFE_READ = "life:read"
    """Ask whether the process answers."""
    READINESS_READ = "readiness:read"
    """Ask whether requests can be served."""
    DOCUMENTATION_READ = "documentation:read"
    """Read the documentation, the contract and the pages about problems."""
    ISSUER_READ = "issuer:read"
    """Read the issuer's public keys and discovery documents."""
    TOKEN_ISSUE = "token:issue"  # noqa: S105 - a name, not a secret
    """Exchange the credentials of a service account for a short-lived token."""

    ME_READ = "me:read"
    """See who one is, what one holds and what one may do."""
    OWN_KEY_READ = "own_key:read"
    """List one's own keys, without their secrets."""
    OWN_KEY_CREATE = "own_key:create"
    """Make a key of one's own."""
    OWN_KEY_ROTATE = "own_key:rotate"
    """Replace a key of one's own, with an overlap."""
    OWN_KEY_REVOKE = "own_key:revoke"
    """End a key of one's own."""

    CHARTER_READ = "charter:read"
    """Read the trust charter and its versions."""
    CHARTER_EXPLAIN = "charter:explain"
    """Ask whether one may do something, and which rule says so."""
    CONSORTIUM_SET_UP = "consortium:set_up"
    """Write down what the consortium is, once."""
    CONSORTIUM_READ = "consortium:read"
    """See what the consortium is and which charter is in force."""
    DISTRICT_READ = "district:read"
    """See the member districts and their public context."""
    DISTRICT_ADMIT = "district:admit"
    """Admit districts, one or many, and correct what is known of them."""
    DISTRICT_ADVANCE = "district:advance"
    """Activate or pause a district's membership in the consortium."""

    ACCOUNT_READ = "account:read"
    """See the users and service accounts of an organisation."""
    ACCOUNT_REGISTER = "account:register"
    """Register a user or a service account, and correct what is known of one."""
    MEMBERSHIP_READ = "membership:read"
    """See who holds which role in an organisation."""
    MEMBERSHIP_GRANT = "membership:grant"
    """Give an account a role in an organisation."""
    MEMBERSHIP_REVOKE = "membership:revoke"
    """End a role; access ends with the next request."""
    ROSTER_IMPORT = "roster:import"
    """Bring in many users at once, with their roles and, where asked for, a key each."""
    KEY_READ = "key:read"
    """List the keys of an organisation's accounts, without their secrets."""
    KEY_CREATE = "key:create"
    """Make a key for an account of the organisation."""
    KEY_ROTATE = "key:rotate"
    """Replace a key, with an overlap."""
    KEY_REVOKE = "key:revoke"
    """End a key; access ends with the next request."""
    LEDGER_READ = "ledger:read"
    """Read the ledger."""
    DISTRICT_LEDGER_READ = "district_ledger:read"
    """See every entry of the ledger that concerns one's own district's data or rights."""
    CHECKPOINT_READ = "checkpoint:read"
    """See the chain of the ledger's batches and its signed checkpoints, without an entry."""

    MEETING_READ = "meeting:read"
    """See the meetings, their motions and what was decided."""
    MEETING_RECORD = "meeting:record"
    """Record a meeting and the motions put to it, and correct them until it decides."""
    MOTION_DECIDE = "motion:decide"
    """Record what the meeting decided on a motion."""
    CONSORTIUM_TARGET_READ = "consortium_target:read"
    """See what the members aim for together."""
    TOPIC_READ = "topic:read"
    """See the topics of benchmarking."""
    TOPIC_PROPOSE = "topic:propose"
    """Propose a topic, reword it until it is adopted, or retire one."""
    INSTRUMENT_READ = "instrument:read"
    """See the instruments and their items."""
    INSTRUMENT_DRAFT = "instrument:draft"
    """Write an instrument, or a new version of one."""

    ROUND_READ = "round:read"
    """See the rounds and their peer groups."""
    ROUND_SCHEDULE = "round:schedule"
    """Schedule a round, rewrite it until it opens, and fix its peer groups."""
    ROUND_ADVANCE = "round:advance"
    """Open, close, review and lock a round, or put a published one in review again."""
    COMPLETENESS_READ = "completeness:read"
    """See how far each submission has come, without a value."""

    SUBMISSION_READ = "submission:read"
    """Read one's own district's answers."""
    SUBMISSION_ENTER = "submission:enter"
    """Enter or correct one's own district's answers."""
    SUBMISSION_ATTEST = "submission:attest"
    """Attest one's own district's answers."""
    SUBMISSION_WITHDRAW = "submission:withdraw"
    """Take one's own district's answers out of a round."""

    EXPORT_READ = "export:read"
    """Export all that one's own district ever answered, in every version (TR-28)."""
    DATA_KEY_READ = "data_key:read"
    """See which data keys seal one's own district's answers; a key itself is shown to nobody."""
    DATA_KEY_ROTATE = "data_key:rotate"
    """Have one's own district's answers sealed under a new data key."""
    DATA_KEY_REWRAP = "data_key:rewrap"
    """Wrap the data keys of all districts, and the vault's, under the current master key."""
    MASTER_KEY_ROTATE = "master_key:rotate"
    """Make a new master key the current one."""
    MASTER_KEY_FORGET = "master_key:forget"
    """Drop a previous master key that nothing needs any more."""
    DEPARTURE_READ = "departure:read"
    """See which districts are leaving, and how far they have come."""
    DEPARTURE_ANNOUNCE = "departure:announce"
    """Announce that one's own district leaves the consortium."""
    DEPARTURE_CONFIRM = "departure:confirm"
    """Confirm that one's own district leaves, once its answers are exported."""
    DEPARTURE_CANCEL = "departure:cancel"
    """Let one's own district stay, until the hold of its departure is over."""
    DISTRICT_SHRED = "district:shred"
    """Shred the answers of a district that has left, when the hold is over."""

    RELEASE_PLAN_READ = "release_plan:read"
    """See what a plan would let out and what it would keep back, without a value."""
    RELEASE_PLAN_DRAFT = "release_plan:draft"
    """Have the vault plan a release of a locked round."""
    RELEASE_PUBLISH = "release:publish"
    """Have the vault publish a plan."""
    RELEASE_RETRACT = "release:retract"
    """Mark a released cell that was found wrong: it is shown without its figure from then on."""
    RELEASE_AUDIT = "release:audit"
    """Have the vault run the audit of a release again, and learn whether it passes."""
    RELEASE_READ = "release:read"
    """See what a round released."""
    INCLUSION_READ = "inclusion:read"
    """See the proof that a release was computed from one's own district's answers."""
    POSITION_READ = "position:read"
    """See one's own district's answers beside the released figures and what the members aim for."""

    EXPOSURE_READ = "exposure:read"
    """Read what may become of one's own district's answers, before they are attested."""
    CONSENT_READ = "consent:read"
    """See what one's own district shows to others by name, and what others show it."""
    CONSENT_GIVE = "consent:give"
    """Show one's own district's answer to members that are named."""
    CONSENT_REVOKE = "consent:revoke"
    """End such a consent."""
    SHARED_ANSWER_READ = "shared_answer:read"
    """Read what other districts show one's own by name."""
    INTRODUCTION_READ = "introduction:read"
    """See the introductions one's own district asked for, and what it is asked."""
    INTRODUCTION_ASK = "introduction:ask"
    """Ask to meet members whose practice differs."""
    INTRODUCTION_ANSWER = "introduction:answer"
    """Say whether one's own district would meet who asks."""
    PRACTICE_READ = "practice:read"
    """Look up which members tell that they do a thing."""
    PRACTICE_TELL = "practice:tell"
    """Tell the members what one's own district does, or no longer."""

    SCHOOL_READ = "school:read"
    """See one's own district's schools."""
    SCHOOL_KEEP = "school:keep"
    """Enter and correct one's own district's schools."""
    PLAN_READ = "plan:read"
    """See one's own district's plans and what the board decided on them."""
    PLAN_DRAFT = "plan:draft"
    """Begin a plan, edit it while it is drafted or refined, or begin the one that follows it."""
    PLAN_ADVANCE = "plan:advance"
    """Send a plan out for feedback, refine it, and put an approved one to work or in review."""
    PLAN_RECOMMEND = "plan:recommend"
    """Recommend a plan to the board."""
    PLAN_DECIDE = "plan:decide"
    """Record the vote of the board: on a recommended plan, or on a minor amendment."""
    GOAL_READ = "goal:read"
    """See the goals of one's own district's plans."""
    GOAL_DRAFT = "goal:draft"
    """Write and edit the goals of a plan that takes edits."""
    INDICATOR_READ = "indicator:read"
    """See the indicators of goals, and the measures that tell."""
    INDICATOR_DRAFT = "indicator:draft"
    """Write and edit indicators, and name their measures, in a plan that takes edits."""
    MEASURE_READ = "measure:read"
    """See one's own district's measures, in every edition of their definitions."""
    MEASURE_DEFINE = "measure:define"
    """Define a measure, or a new edition of one."""
    TARGET_READ = "target:read"
    """See targets, what became of them, and their status with all it was computed from."""
    TARGET_SET = "target:set"
    """Set a target, or give it a new baseline with a reason."""
    STATUS_OVERRIDE = "status:override"
    """Flag a computed status with a reason, and lift the flag."""
    OBSERVATION_READ = "observation:read"
    """See one's own district's observations, and every correction of them."""
    OBSERVATION_RECORD = "observation:record"
    """Enter and correct one's own district's observations, one or many."""
    DASHBOARD_READ = "dashboard:read"
    """See one's own district's plan with where each measure stands."""
    LINK_READ = "link:read"
    """See which measures answer which items of the benchmarks."""
    LINK_KEEP = "link:keep"
    """Say which of one's own district's measures answers an item of the benchmarks."""
    PREFILL_READ = "prefill:read"
    """See what one's own district's observations would answer to a round."""
    REPORT_READ = "report:read"
    """Read what districts publish about their plans."""
    REPORT_PUBLISH = "report:publish"
    """Publish one's own district's progress, or withdraw what was published."""
    CHANGE_READ = "change:read"
    """Follow what is written: one's own district's and what the consortium has in common."""
    OWN_JOB_READ = "own_job:read"
    """See how far the long work has come that one asked for."""
    OWN_JOB_CANCEL = "own_job:cancel"
    """Have long work stopped that one asked for."""

    @property
    def public(self) -> bool:
        """Whether anyone may ask, without a token."""
        return Role.PUBLIC in WHO_MAY[self]

    @property
    def personal(self) -> bool:
        """Whether the action carries to the caller's own rows and no further."""
        return self in PERSONAL

    @property
    def writes(self) -> bool:
        """Whether the action may change a row."""
        return self.opens in {Opens.SESSION, Opens.VAULT}

    @property
    def opens(self) -> Opens:
        """What the action's grant holds."""
        if self in OPENS:
            return OPENS[self]
        return Opens.READER if self.value.endswith(":read") else Opens.SESSION

    @property
    def opens_vault(self) -> bool:
        """Whether the action runs on the database login that reads every sealed row."""
        return self.opens is Opens.VAULT

    @property
    def opens_own_seal(self) -> bool:
        """Whether the action seals or opens the answers of the caller's own district."""
        return self in OWN_SEAL

    @property
    def keeps_master_keys(self) -> bool:
        """Whether the action works on the master keys themselves, for the operator."""
        return self in MASTER_KEYS

    @property
    def opens_own_jobs(self) -> bool:
        """Whether the action opens what came of the caller's own jobs."""
        return self is Action.OWN_JOB_READ


OPENS: Final[Mapping[Action, Opens]] = {
    Action.LIFE_READ: Opens.NOTHING,
    Action.DOCUMENTATION_READ: Opens.NOTHING,
    Action.ISSUER_READ: Opens.ISSUER,
    Action.TOKEN_ISSUE: Opens.ISSUER,
    Action.CHARTER_EXPLAIN: Opens.READER,
    Action.DATA_KEY_REWRAP: Opens.VAULT,
    Action.RELEASE_PLAN_DRAFT: Opens.VAULT,
    Action.RELEASE_PUBLISH: Opens.VAULT,
    Action.RELEASE_RETRACT: Opens.VAULT,
    Action.RELEASE_AUDIT: Opens.VAULT,
    Action.INCLUSION_READ: Opens.VAULT,
    Action.CONSENT_GIVE: Opens.VAULT,
    Action.SHARED_ANSWER_READ: Opens.VAULT,
    Action.INTRODUCTION_ASK: Opens.VAULT,
    Action.INTRODUCTION_ANSWER: Opens.VAULT,
    Action.PRACTICE_TELL: Opens.VAULT,
}
"""Where the name of an action does not say what it opens."""

OWN_SEAL: Final = frozenset(
    {
        Action.SUBMISSION_READ,
        Action.SUBMISSION_ENTER,
        Action.SUBMISSION_ATTEST,
        Action.SUBMISSION_WITHDRAW,
        Action.POSITION_READ,
        Action.INTRODUCTION_READ,
        Action.EXPORT_READ,
        Action.DATA_KEY_ROTATE,
    }
)
MASTER_KEYS: Final = frozenset(
    {
        Action.DATA_KEY_REWRAP,
        Action.MASTER_KEY_ROTATE,
        Action.MASTER_KEY_FORGET,
        Action.DISTRICT_SHRED,
    }
)
PERSONAL: Final = frozenset(action for action in Action if action.value.startswith(("me:", "own_")))

NO_ROLE: Final[frozenset[Role]] = frozenset()
ANYONE: Final = frozenset(Role)
SIGNED_IN: Final = ANYONE - {Role.PUBLIC}
DISTRICT: Final = SIGNED_IN - CONSORTIUM_ROLES
ADMIN: Final = frozenset({Role.CONSORTIUM_ADMIN})
ANALYST: Final = frozenset({Role.ANALYST})
STAFF: Final = ADMIN | ANALYST
MEMBERS: Final = DISTRICT | STAFF | {Role.FACILITATOR}
KEEPERS: Final = ADMIN | {Role.SUPERINTENDENT}
STEWARD: Final = frozenset({Role.DATA_STEWARD})
SUPERINTENDENT: Final = frozenset({Role.SUPERINTENDENT})
OWN_FIGURES: Final = frozenset(
    {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}
)

PLANNERS: Final = frozenset({Role.SUPERINTENDENT, Role.PLANNER})
RECORDERS: Final = STEWARD | {Role.PLANNER}

WHO_MAY: Final[Mapping[Action, frozenset[Role]]] = {
    Action.LIFE_READ: ANYONE,
    Action.READINESS_READ: ANYONE,
    Action.DOCUMENTATION_READ: ANYONE,
    Action.ISSUER_READ: ANYONE,
    Action.TOKEN_ISSUE: ANYONE,
    Action.ME_READ: SIGNED_IN,
    Action.OWN_KEY_READ: SIGNED_IN,
    Action.OWN_KEY_CREATE: SIGNED_IN,
    Action.OWN_KEY_ROTATE: SIGNED_IN,
    Action.OWN_KEY_REVOKE: SIGNED_IN,
    Action.CHARTER_READ: ANYONE,
    Action.CHARTER_EXPLAIN: SIGNED_IN,
    Action.CONSORTIUM_SET_UP: NO_ROLE,
    Action.CONSORTIUM_READ: MEMBERS,
    Action.DISTRICT_READ: MEMBERS,
    Action.DISTRICT_ADMIT: ADMIN,
    Action.DISTRICT_ADVANCE: ADMIN,
    Action.ACCOUNT_READ: KEEPERS,
    Action.ACCOUNT_REGISTER: KEEPERS,
    Action.MEMBERSHIP_READ: KEEPERS,
    Action.MEMBERSHIP_GRANT: KEEPERS,
    Action.MEMBERSHIP_REVOKE: KEEPERS,
    Action.ROSTER_IMPORT: KEEPERS,
    Action.KEY_READ: KEEPERS,
    Action.KEY_CREATE: KEEPERS,
    Action.KEY_ROTATE: KEEPERS,
    Action.KEY_REVOKE: KEEPERS,
    Action.LEDGER_READ: frozenset({Role.AUDITOR}),
    Action.DISTRICT_LEDGER_READ: STEWARD | {Role.SUPERINTENDENT},
    Action.CHECKPOINT_READ: SIGNED_IN,
    Action.MEETING_READ: MEMBERS,
    Action.MEETING_RECORD: ADMIN,
    Action.MOTION_DECIDE: ADMIN,
    Action.CONSORTIUM_TARGET_READ: MEMBERS,
    Action.TOPIC_READ: MEMBERS,
    Action.TOPIC_PROPOSE: STAFF,
    Action.INSTRUMENT_READ: MEMBERS,
    Action.INSTRUMENT_DRAFT: ANALYST,
    Action.ROUND_READ: MEMBERS,
    Action.ROUND_SCHEDULE: ANALYST,
    Action.ROUND_ADVANCE: ANALYST,
    Action.COMPLETENESS_READ: STAFF | OWN_FIGURES,
    Action.SUBMISSION_READ: OWN_FIGURES,
    Action.SUBMISSION_ENTER: STEWARD,
    Action.SUBMISSION_ATTEST: STEWARD,
    Action.SUBMISSION_WITHDRAW: STEWARD | {Role.SUPERINTENDENT},
    Action.EXPORT_READ: STEWARD | SUPERINTENDENT,
    Action.DATA_KEY_READ: OWN_FIGURES,
    Action.DATA_KEY_ROTATE: SUPERINTENDENT,
    Action.DATA_KEY_REWRAP: NO_ROLE,
    Action.MASTER_KEY_ROTATE: NO_ROLE,
    Action.MASTER_KEY_FORGET: NO_ROLE,
    Action.DEPARTURE_READ: DISTRICT | STAFF,
    Action.DEPARTURE_ANNOUNCE: SUPERINTENDENT,
    Action.DEPARTURE_CONFIRM: SUPERINTENDENT,
    Action.DEPARTURE_CANCEL: SUPERINTENDENT | {Role.BOARD_MEMBER},
    Action.DISTRICT_SHRED: NO_ROLE,
    Action.RELEASE_PLAN_READ: ANALYST,
    Action.RELEASE_PLAN_DRAFT: ANALYST,
    Action.RELEASE_PUBLISH: ANALYST,
    Action.RELEASE_RETRACT: ANALYST,
    Action.RELEASE_AUDIT: frozenset({Role.AUDITOR}),
    Action.RELEASE_READ: MEMBERS,
    Action.INCLUSION_READ: OWN_FIGURES,
    Action.POSITION_READ: OWN_FIGURES,
    Action.EXPOSURE_READ: OWN_FIGURES,
    Action.CONSENT_READ: OWN_FIGURES,
    Action.CONSENT_GIVE: SUPERINTENDENT,
    Action.CONSENT_REVOKE: SUPERINTENDENT | STEWARD,
    Action.SHARED_ANSWER_READ: OWN_FIGURES,
    Action.INTRODUCTION_READ: OWN_FIGURES,
    Action.INTRODUCTION_ASK: PLANNERS,
    Action.INTRODUCTION_ANSWER: SUPERINTENDENT,
    Action.PRACTICE_READ: DISTRICT,
    Action.PRACTICE_TELL: PLANNERS,
    Action.SCHOOL_READ: DISTRICT,
    Action.SCHOOL_KEEP: PLANNERS | STEWARD,
    Action.PLAN_READ: DISTRICT,
    Action.PLAN_DRAFT: PLANNERS,
    Action.PLAN_ADVANCE: PLANNERS,
    Action.PLAN_RECOMMEND: frozenset({Role.SUPERINTENDENT}),
    Action.PLAN_DECIDE: frozenset({Role.BOARD_MEMBER}),
    Action.GOAL_READ: DISTRICT,
    Action.GOAL_DRAFT: PLANNERS,
    Action.INDICATOR_READ: DISTRICT,
    Action.INDICATOR_DRAFT: PLANNERS,
    Action.MEASURE_READ: DISTRICT,
    Action.MEASURE_DEFINE: PLANNERS | STEWARD,
    Action.TARGET_READ: DISTRICT,
    Action.TARGET_SET: PLANNERS,
    Action.STATUS_OVERRIDE: PLANNERS,
    Action.OBSERVATION_READ: DISTRICT,
    Action.OBSERVATION_RECORD: RECORDERS,
    Action.DASHBOARD_READ: DISTRICT,
    Action.LINK_READ: OWN_FIGURES,
    Action.LINK_KEEP: RECORDERS,
    Action.PREFILL_READ: STEWARD,
    Action.REPORT_READ: ANYONE,
    Action.REPORT_PUBLISH: frozenset({Role.SUPERINTENDENT}),
    Action.CHANGE_READ: DISTRICT | STAFF,
    Action.OWN_JOB_READ: SIGNED_IN,
    Action.OWN_JOB_CANCEL: SIGNED_IN,
}
"""Which role may ask what (TR-02)."""

OPERATOR_MAY: Final = frozenset(
    {
        Action.CONSORTIUM_SET_UP,
        Action.ROSTER_IMPORT,
        Action.KEY_ROTATE,
        Action.KEY_REVOKE,
        *MASTER_KEYS,
    }
)
"""What the operator of the service may do from the command line; it holds no role (TR-02)."""


def meaning(action: Action) -> str:
    """Return the sentence under an action, for the contract and the documentation."""
    return MEANINGS[action.name]


def meanings() -> dict[str, str]:
    """Read the sentence under each action from the source, where it stands once."""
    body = ast.parse(getsource(Action)).body[0]
    told: dict[str, str] = {}
    name = ""
    for each in body.body if isinstance(body, ast.ClassDef) else ():
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            name = each.targets[0].id
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) and name:
            told[name], name = str(each.value.value), ""
    return told


MEANINGS: Final = meanings()
