"""The application: all resources, over one installation, behind one guard."""

from collections.abc import Callable

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler
from litestar.types.internal_types import PathParameterDefinition
from prometheus_client import CollectorRegistry

from prellbock import __version__
from prellbock.api.alarm_limits import alarm_limits, change_alarm_limits
from prellbock.api.alarms import alarms, lift_stop, stops
from prellbock.api.audit import audit
from prellbock.api.auth.access import Access
from prellbock.api.auth.invitations import accept_invitation, invitation
from prellbock.api.auth.oidc.routes import begin as begin_oidc
from prellbock.api.auth.oidc.routes import come_back
from prellbock.api.auth.scopes import EVERYBODY
from prellbock.api.auth.sessions import myself, sign_in, sign_out, ways
from prellbock.api.auth.setup import set_up, setup_page
from prellbock.api.auth.tokens import add_token, list_tokens, revoke_token
from prellbock.api.auth.users import add_user, change_user, list_users
from prellbock.api.changes import changes
from prellbock.api.check import check
from prellbock.api.classify import classify
from prellbock.api.cost import cost
from prellbock.api.decisions import decisions, redo_decisions, undo_decisions
from prellbock.api.demo import load_demo
from prellbock.api.destinations import (
    add_destination,
    add_destination_secret,
    change_destination,
    list_deliveries,
    list_destination_kinds,
    list_destinations,
    read_delivery,
    remove_destination,
    replay_destination,
    test_destination,
)
from prellbock.api.doors.routes import drop_apart, list_apart, list_doors
from prellbock.api.drafts.drafts import (
    begin_draft,
    delete_rule,
    discard_draft,
    list_drafts,
    put_policy,
    put_rule,
    read_draft,
    retitle_draft,
)
from prellbock.api.drafts.importing import import_draft
from prellbock.api.drafts.replay import cancel_replay, read_replay, replay_draft
from prellbock.api.drafts.shown import on_draft
from prellbock.api.drafts.steps import lint_draft, publish_draft, renew_draft, review_draft, try_draft
from prellbock.api.drafts.versions import (
    compare_versions,
    export_version,
    list_versions,
    restore_version,
    review_setting,
    set_review,
)
from prellbock.api.drift import read_drift
from prellbock.api.erase import erase
from prellbock.api.examples import Described
from prellbock.api.exports import (
    add_export,
    change_export,
    list_export_kinds,
    list_export_runs,
    list_exports,
    read_export,
    read_export_run,
    read_schedule,
    remove_export,
    run_export,
)
from prellbock.api.frequent import campaigns, frequent_templates
from prellbock.api.gui import gui
from prellbock.api.health import health, health_without_body, ready, ready_without_body
from prellbock.api.incidents import (
    held_decisions,
    incident,
    incidents,
    judge_incident,
    otherwise,
    undo_judgement,
)
from prellbock.api.ingest import ingest, ingest_file, ingest_mails
from prellbock.api.key import hash_key
from prellbock.api.learning import labelling_queue, model_card, thresholds
from prellbock.api.metrics import Metrics, metrics
from prellbock.api.news import news
from prellbock.api.outside import Fetch, fetch
from prellbock.api.overview import overview
from prellbock.api.policies import list_policies, policies_worth, read_policy, try_policy
from prellbock.api.problems import ProblemError, on_anything, on_http, on_problem, on_setting, on_store
from prellbock.api.proposals import (
    accept_proposal,
    list_proposals,
    read_proposal,
    reject_proposal,
    undo_proposal,
)
from prellbock.api.providers import recognised_providers
from prellbock.api.recipient_list import list_recipients, release_all
from prellbock.api.recipients import note, recipient, release, suppress
from prellbock.api.repeats import Repeats
from prellbock.api.reports.links import add_report_link, list_report_links, revoke_report_link, shared_report
from prellbock.api.reports.mails import list_report_mails, put_report_mail, remove_report_mail, send_report_mail
from prellbock.api.reports.reading import month_paper, month_report
from prellbock.api.responses import response, response_facets, responses
from prellbock.api.retention import change_retention, retention
from prellbock.api.rules.listing import list_rules, read_rule
from prellbock.api.rules.trying import try_one
from prellbock.api.sign_on import sign_on, test_sign_on
from prellbock.api.snapshot import snapshot
from prellbock.api.sources import (
    add_secret,
    add_source,
    change_source,
    list_providers,
    list_sources,
    raw_of_source,
    remove_source,
)
from prellbock.api.statistics import statistics
from prellbock.api.suppressions import suppressions
from prellbock.api.syncs import (
    add_sync,
    change_sync,
    list_sync_providers,
    list_sync_runs,
    list_syncs,
    read_sync,
    remove_sync,
    run_sync,
    try_sync,
)
from prellbock.api.template_work import propose_rule, read_template, set_template_work, template_queue
from prellbock.api.templates import templates
from prellbock.api.webhooks import Hooks, take_webhook
from prellbock.drafting.errors import DraftError
from prellbock.kinds import SettingError
from prellbock.store.errors import StoreError

RESOURCES: tuple[ControllerRouterHandler, ...] = (
    health,
    health_without_body,
    ready,
    ready_without_body,
    metrics,
    ingest,
    ingest_mails,
    ingest_file,
    load_demo,
    check,
    hash_key,
    suppressions,
    snapshot,
    changes,
    list_recipients,
    release_all,
    recipient,
    suppress,
    release,
    note,
    erase,
    decisions,
    undo_decisions,
    redo_decisions,
    incidents,
    incident,
    held_decisions,
    otherwise,
    judge_incident,
    undo_judgement,
    alarms,
    alarm_limits,
    change_alarm_limits,
    stops,
    lift_stop,
    classify,
    statistics,
    cost,
    overview,
    month_report,
    month_paper,
    list_report_links,
    add_report_link,
    revoke_report_link,
    shared_report,
    list_report_mails,
    put_report_mail,
    remove_report_mail,
    send_report_mail,
    news,
    frequent_templates,
    campaigns,
    templates,
    responses,
    response_facets,
    response,
    template_queue,
    read_template,
    set_template_work,
    propose_rule,
    read_drift,
    list_proposals,
    read_proposal,
    accept_proposal,
    reject_proposal,
    undo_proposal,
    labelling_queue,
    thresholds,
    model_card,
    list_rules,
    try_one,
    read_rule,
    list_policies,
    policies_worth,
    try_policy,
    read_policy,
    list_drafts,
    begin_draft,
    read_draft,
    retitle_draft,
    discard_draft,
    put_rule,
    delete_rule,
    put_policy,
    import_draft,
    lint_draft,
    try_draft,
    replay_draft,
    read_replay,
    cancel_replay,
    review_draft,
    renew_draft,
    publish_draft,
    list_versions,
    compare_versions,
    export_version,
    restore_version,
    review_setting,
    set_review,
    sign_in,
    myself,
    sign_out,
    ways,
    begin_oidc,
    come_back,
    list_users,
    add_user,
    change_user,
    list_tokens,
    add_token,
    revoke_token,
    audit,
    invitation,
    accept_invitation,
    setup_page,
    set_up,
    list_providers,
    list_sources,
    add_source,
    change_source,
    add_secret,
    remove_source,
    raw_of_source,
    list_doors,
    list_apart,
    drop_apart,
    take_webhook,
    list_destination_kinds,
    list_destinations,
    add_destination,
    change_destination,
    add_destination_secret,
    remove_destination,
    test_destination,
    list_deliveries,
    read_delivery,
    replay_destination,
    list_sync_providers,
    list_syncs,
    add_sync,
    read_sync,
    change_sync,
    remove_sync,
    run_sync,
    try_sync,
    list_sync_runs,
    list_export_kinds,
    list_exports,
    add_export,
    read_export,
    change_export,
    remove_export,
    run_export,
    list_export_runs,
    read_export_run,
    read_schedule,
    retention,
    change_retention,
    sign_on,
    test_sign_on,
    recognised_providers,
    gui,
)
"""Every resource; a new one is a module and a line here."""


def create_app(access: Access, fetch: Fetch = fetch) -> Litestar:
    """The ASGI application for an installation and those who may use it; ``fetch`` asks others (`api.outside`)."""
    measures = Metrics(access.installation)
    repeats = Repeats(access)

    def give(value: object) -> Provide:
        return Provide(_constant(value), use_cache=True, sync_to_thread=False)

    return Litestar(
        route_handlers=RESOURCES,
        dependencies={
            "access": give(access),
            "installation": give(access.installation),
            "registry": give(measures.registry),
            "hooks": give(Hooks(fetch)),
        },
        guards=[access.guard],
        exception_handlers={
            ProblemError: on_problem,
            SettingError: on_setting,
            DraftError: on_draft,
            StoreError: on_store,
            HTTPException: on_http,
            Exception: on_anything,
        },
        middleware=[measures.measured, repeats.kept],
        before_request=repeats.before,
        openapi_config=OpenAPIConfig(
            title="Prellbock",
            version=__version__,
            operation_id_creator=_operation_id,
            openapi_router=Router(path="/v1/schema", route_handlers=[], opt={EVERYBODY: True}),
            render_plugins=[Described(path="/openapi.json")],
        ),
        signature_types=[CollectorRegistry],
        logging_config=None,
    )


def _operation_id(handler: HTTPRouteHandler, method: str, path: list[str | PathParameterDefinition]) -> str:
    """Each handler of ours has a name of its own, from which clients are generated; the document's have none."""
    name = handler.handler_name
    own = name if not name.startswith("_") else "_".join(str(part) for part in path if part) or "root"
    return own if len(handler.http_methods) == 1 else f"{own}_{method.lower()}"


def _constant(value: object) -> Callable[[], object]:
    def constant() -> object:
        return value

    return constant
