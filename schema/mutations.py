"""Verbs: one for each deed. A mutation calls one function of the workflows and shows its outcome."""

import strawberry

from schema import (
    account_acts,
    acts,
    checkpoint_acts,
    comment_acts,
    copies,
    delegation_acts,
    finding_acts,
    news,
    office,
    own_access,
    own_account,
    people_acts,
    plan_acts,
    plan_import,
    redactions,
    resets,
    reshuffle,
    signing_in,
)
from schema.nodes import field, many
from schema.plan_import_results import ImportPlanResult


@strawberry.type(description="Everything that can be done. Each answers with a typed union.")
class Mutation:
    """The verbs."""

    fire_transition = field(
        acts.fire_transition,
        acts.FireResult,
        "Move a cycle: fire a trigger on it. See Cycle.availableTransitions for what is possible.",
    )
    fire_transitions = field(
        acts.fire_transitions,
        many(acts.FireResult),
        "Fire triggers one after another, up to 100. Each has its own answer, which shows how things "
        "are once all have been fired.",
    )
    edit_sheet = field(
        acts.edit_sheet,
        acts.EditSheetResult,
        "Edit the part of a sheet that its stage leaves open.",
    )
    change_project_status = field(
        office.change_project_status,
        office.ChangeProjectStatusResult,
        "Suspend, resume, complete, abolish or reopen a project.",
    )
    transfer_ownership = field(
        office.transfer_ownership,
        office.TransferOwnershipResult,
        "Give a project to another department or group, from a day on.",
    )
    correct = field(
        office.correct, office.CorrectResult, "Correct an earlier entry; the earlier one stays."
    )
    revise_plan = field(
        plan_acts.revise_plan,
        plan_acts.RevisePlanResult,
        "Add, change and withdraw projects within the plan's period.",
    )
    import_plan = field(
        plan_import.import_plan,
        ImportPlanResult,
        "Take over a later text of the plan, all of it or none. See Query.previewPlan.",
    )
    propose_rollout = field(
        plan_acts.propose_rollout,
        plan_acts.ProposeRolloutResult,
        "Offer a well-graded result to another department.",
    )
    answer_rollout = field(
        plan_acts.answer_rollout, plan_acts.AnswerRolloutResult, "Accept or decline an offer."
    )
    register_person = field(
        people_acts.register_person, people_acts.RegisterPersonResult, "Register a person."
    )
    appoint = field(people_acts.appoint, people_acts.AppointResult, "Appoint a person to a role.")
    end_appointment = field(
        people_acts.end_appointment,
        people_acts.EndAppointmentResult,
        "Give an appointment its last day.",
    )
    apply_appointments = field(
        reshuffle.apply_appointments,
        reshuffle.ApplyAppointmentsResult,
        "Make a list of appointments (人事異動の一覧) true from a day on, all of it or none. See "
        "Query.previewAppointments.",
    )
    delegate = field(
        delegation_acts.delegate,
        delegation_acts.DelegateResult,
        "Let one person decide on behalf of another for a time (代決).",
    )
    end_delegation = field(
        delegation_acts.end_delegation,
        delegation_acts.EndDelegationResult,
        "Give such leave an earlier last day.",
    )
    issue_checkpoint = field(
        checkpoint_acts.issue_checkpoint,
        checkpoint_acts.IssueCheckpointResult,
        "Sign the record as it stands (C2SP tlog-checkpoint).",
    )
    add_cosignature = field(
        checkpoint_acts.add_cosignature,
        checkpoint_acts.AddCosignatureResult,
        "Add the signature of a witness, whom the installation knows, to a checkpoint.",
    )
    raise_finding = field(
        finding_acts.raise_finding,
        finding_acts.RaiseFindingResult,
        "Point something out (指摘), as an auditor.",
    )
    answer_finding = field(
        finding_acts.answer_finding,
        finding_acts.AnswerFindingResult,
        "Answer a finding, as the lead of the department that has to.",
    )
    close_finding = field(
        finding_acts.close_finding,
        finding_acts.CloseFindingResult,
        "Close a finding for good, as an auditor.",
    )
    withdraw_evidence = field(
        finding_acts.withdraw_evidence,
        finding_acts.WithdrawEvidenceResult,
        "Withdraw evidence (証拠書類) that should not count; it stays, and is marked.",
    )
    comment = field(
        comment_acts.comment,
        comment_acts.CommentResult,
        "Say something about a project (コメント).",
    )
    withdraw_comment = field(
        comment_acts.withdraw_comment,
        comment_acts.WithdrawCommentResult,
        "Withdraw an own comment, or as the office anybody's; it stays, and is marked.",
    )
    mark_news_seen = field(
        news.mark_news_seen,
        news.MarkNewsSeenResult,
        "Mark the viewer's news as seen, up to an entry; the record does not tell of it.",
    )
    take_copy = field(
        copies.take,
        copies.TakeCopyResult,
        "Take a copy of the record (写し), or of a part of it, to be fetched within 7 days.",
    )
    redact = field(
        redactions.redact,
        redactions.RedactResult,
        "Remove names and texts from the record for good (墨消し), as an admin.",
    )
    sign_in = field(
        signing_in.sign_in_with_password,
        signing_in.SignInResult,
        "Sign in with a password; the answer sets a cookie.",
    )
    sign_out = field(signing_in.sign_out_of_session, signing_in.SignOutResult, "End the session.")
    accept_link = field(
        signing_in.accept,
        signing_in.AcceptLinkResult,
        "Set a password by a one-time link, and sign in.",
    )
    change_password = field(
        own_account.change_password,
        own_account.ChangePasswordResult,
        "Set another password; all other sessions end.",
    )
    begin_second_factor = field(
        own_account.begin_second_factor,
        own_account.BeginSecondFactorResult,
        "Offer a second factor to be set up; nothing changes yet.",
    )
    confirm_second_factor = field(
        own_account.confirm_second_factor,
        own_account.RecoveryCodesResult,
        "Set up a second factor, or replace it; all other sessions end.",
    )
    remove_second_factor = field(
        own_account.remove_second_factor,
        own_account.RemoveSecondFactorResult,
        "Take the second factor away; only where the password is long enough to stand alone.",
    )
    new_recovery_codes = field(
        own_account.new_recovery_codes,
        own_account.RecoveryCodesResult,
        "Make new recovery codes; the earlier ones hold no longer.",
    )
    end_session = field(
        own_access.end_session,
        own_access.EndSessionsResult,
        "End a session: an own one, or as an admin anybody's.",
    )
    end_other_sessions = field(
        own_access.end_other_sessions,
        own_access.EndSessionsResult,
        "End all own sessions but the one that asks.",
    )
    create_token = field(
        own_access.create_token,
        own_access.CreateTokenResult,
        "Make a bearer token of one's own, for a script or a front end.",
    )
    revoke_token = field(
        own_access.revoke_token,
        own_access.RevokeTokenResult,
        "Revoke a token: an own one, or as an admin anybody's.",
    )
    issue_link = field(
        account_acts.issue_link,
        account_acts.IssueLinkResult,
        "Make a one-time link by which a person sets a password (invitation or reset).",
    )
    disable_account = field(
        account_acts.disable_account,
        account_acts.ChangeAccountResult,
        "Keep a person out: sessions and links end, tokens are revoked.",
    )
    enable_account = field(
        account_acts.enable_account, account_acts.ChangeAccountResult, "Let a person in again."
    )
    change_login = field(
        account_acts.change_login,
        account_acts.ChangeAccountResult,
        "Change what a person types to sign in.",
    )
    change_email = field(
        account_acts.change_email,
        account_acts.ChangeAccountResult,
        "Set where letters about a person's account go. The owner is told, at the address until then "
        "as well.",
    )
    request_reset = field(
        resets.request_reset,
        resets.RequestResetResult,
        "Ask for a one-time link by mail, where the password was forgotten.",
    )
