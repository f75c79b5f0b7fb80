"""Rules that a mechanism keeps for every request; each is stated where it can be found."""

from app.policy.rules import state

state(
    "TR-01",
    "A token's scope narrows what a role allows, never widens it.",
    "app.policy.gate.reach_of",
)
state(
    "TR-02",
    "A role allows what the one table of actions says, while the membership is valid.",
    "app.policy.actions.WHO_MAY",
)
state(
    "TR-02",
    "The operator of the service does what one list says, and holds no role.",
    "app.policy.operator.operator_reach",
)
state(
    "TR-02",
    "A membership or key that ended ends access with the next request.",
    "app.policy.lock.ENTER",
)
state("TR-03", "A district's rows belong to the district.", "app.policy.custody.within")
state("TR-03", "A district's rows belong to the district.", "app.policy.lock.POLICIES")
state("TR-04", "Nobody reads another district's answers.", "app.policy.custody.within")
state("TR-04", "Nobody reads another district's answers.", "app.policy.lock.POLICIES")
state(
    "TR-05",
    "Absent and out of reach look the same, and the same statements run.",
    "app.problems.NotFound",
)
state(
    "TR-06",
    "Openings of sealed rows and changes of rights are in the ledger, in one transaction.",
    "app.policy.grant.Grant.record",
)
state(
    "TR-02",
    "An account is of one organisation, and holds roles there alone.",
    "app.policy.holdings.OF_ITS_DISTRICT",
)
state(
    "TR-06",
    "A refusal is recorded in a transaction of its own.",
    "app.policy.audit.Recorder.refused",
)
state(
    "TR-06",
    "The ledger is sealed in chained batches, none of its entries left out.",
    "app.policy.sealing_ledger.SEAL",
)
state(
    "TR-06",
    "Whoever edits, deletes, reorders, cuts or forks the ledger is found out offline.",
    "app.ledger.examination.examine",
)
state(
    "TR-07",
    "A district sees every entry that concerns its data, and those of no other.",
    "app.policy.custody.took_part",
)
state(
    "TR-07",
    "A district sees every entry that concerns its data, and those of no other.",
    "app.policy.lock.TOOK_PART",
)
state(
    "TR-07",
    "The end of the ledger is signed once a minute, for every member to keep.",
    "app.policy.witness.Witness",
)
state(
    "TR-25",
    "No rank, extreme or ad hoc group can be asked for; own position is a band.",
    "app.releases.position",
)
state(
    "TR-29",
    "What is stored of a sealed answer is sealed; a secret is shown once.",
    "app.policy.idempotency.Memory",
)
