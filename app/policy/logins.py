"""The logins of the database: what they must not be, and what the application's readings need."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.policy.lock import RELEASE
from app.trouble import Trouble

TOO_MUCH = text(
    "select r.rolname as login, r.rolsuper as superuser, r.rolbypassrls as bypasses,"
    " exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    "  where n.nspname = 'public' and c.relkind = 'r'"
    "    and pg_has_role(session_user, c.relowner, 'MEMBER')) as owns,"
    " pg_has_role(session_user, 'pg_read_all_data', 'MEMBER') as reads_all"
    " from pg_roles r where r.rolname = session_user"
)
IS_RELEASE = text(
    "select session_user = :release as itself, exists (select from pg_roles r"
    " where r.rolname = :release and pg_has_role(session_user, r.oid, 'MEMBER')) as member"
).bindparams(release=RELEASE)


class LoginTooPowerful(Trouble):
    """A login of the application would pass row security, so the application does not start."""


async def require_narrow(engine: AsyncEngine, release_engine: AsyncEngine) -> None:
    """Refuse logins that row security does not bind, and one login for both purposes."""
    for each, vault in ((engine, False), (release_engine, True)):
        async with each.connect() as connection:
            row = (await connection.execute(TOO_MUCH)).one()
            release = (await connection.execute(IS_RELEASE)).one()
        for fault, why in (
            (row.superuser, "is a superuser"),
            (row.bypasses, "has BYPASSRLS"),
            (row.owns, "owns a table, or may become its owner"),
            (row.reads_all, "may read all data"),
        ):
            if fault:
                raise LoginTooPowerful(
                    f"The database login {row.login} {why}: row security would "
                    "not bind it. Use the logins that `c34 db upgrade` makes."
                )
        if release.itself is not vault:
            raise LoginTooPowerful(
                f"The vault has the login {RELEASE} to itself: DATABASE_URL and "
                "RELEASE_DATABASE_URL name two logins."
            )
        if release.member and not vault:
            raise LoginTooPowerful(
                f"The database login {row.login} is a member of {RELEASE}: it would see what the "
                "vault sees. Use the logins that `c34 db upgrade` makes."
            )
