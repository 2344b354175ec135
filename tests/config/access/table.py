"""Who may open what: every URL of Onramp with the decision about it, written out.

A URL that is not here fails the walk (test_every_url): add it with the roles that need it, and no others.
"""

STAFF = ("root", "analyst", "approver", "support", "finance", "auditor")
# Staff who were given no role yet, a partner's own staff, and whoever has not logged in.
OTHERS = ("nobody", "partner", "anonymous")

# Pages that the admin makes for every model. v: list, page, history, kept versions; a: add; c: change; d: delete.
MODELS = {
    #                                 root    analyst approver support finance auditor
    "core.user":                     "vacd    -       -        -       -       v",
    "core.auditentry":               "v       -       -        -       -       v",
    "core.accesstoken":              "v       v       v        v       v       v",
    "auth.group":                    "vacd    -       -        -       -       v",
    "partners.partner":              "vacd    vac     v        v       v       v",
    "partners.identity":             "vacd    vac     v        v       -       v",
    "partners.connection":           "vacd    vac     v        v       -       v",
    "partners.apikey":               "v       v       v        v       -       v",
    "partners.agreement":            "vacd    vac     v        v       -       v",
    "partners.housepolicies":        "vc      v       v        v       -       v",
    "partners.certificate":          "vcd     vc      v        v       -       v",
    "partners.guide":                "vd      v       v        v       -       v",
    "partners.invitation":           "v       v       v        v       -       v",
    "partners.proposal":             "v       v       v        v       -       v",
    "partners.notice":               "v       v       v        v       -       v",
    "partners.onboardingcase":       "v       v       v        v       -       v",
    "partners.onboardingtemplate":   "vacd    vac     v        v       -       v",
    "partners.cohort":               "vcd     vc      v        v       -       v",
    "partners.freezeperiod":         "vacd    vac     v        v       -       v",
    "partners.submission":           "v       v       v        v       -       v",
    "partners.partnergroup":         "vacd    vac     v        v       v       v",
    "partners.tag":                  "vacd    vac     v        v       v       v",
    "partners.businesscalendar":     "vacd    vac     v        v       v       v",
    "partners.servicelevel":         "vacd    vac     v        v       v       v",
    "mappings.mapping":              "vacd    vac     v        v       -       v",
    "mappings.mappingtestcase":      "vd      v       v        v       -       v",
    "mappings.mappingtestrun":       "v       v       v        v       -       v",
    "mappings.mappingversion":       "v       v       v        v       -       v",
    "mappings.assignment":           "vacd    vac     v        v       -       v",
    "transactions.awaiteddocument":  "v       v       v        v       -       v",
    "transactions.exceptioncase":    "v       v       v        v       v       v",
    "transactions.document":         "v       v       v        v       v       v",
    "transactions.canonicaldocument":"v       v       v        v       v       v",
    "transactions.acknowledgment":   "v       v       v        v       v       v",
    "transactions.inboundfile":      "v       v       v        v       v       v",
    "transactions.interchange":      "v       v       v        v       -       v",
    "transactions.functionalgroup":  "v       v       v        v       -       v",
    "transactions.attempt":          "v       v       v        v       -       v",
    "transactions.event":            "v       v       v        v       -       v",
    "transactions.workunit":         "v       v       v        v       -       v",
    "transactions.duplicateclaim":   "v       v       v        v       -       v",
    "transactions.sentgroup":        "v       v       v        v       -       v",
}  # fmt: skip

# Pages of our own in the admin, for reading and for doing alike.
PAGES = {
    "admin:core_accesstoken_issue":                 "root analyst approver support finance",
    # The walk's token is the analyst's.
    "admin:core_accesstoken_revoke":                "root analyst",
    "admin:partners_partner_agree":                 "root analyst",
    "admin:mappings_assignment_agree":              "root analyst",
    "admin:partners_agreement_retire":              "root analyst",
    "admin:transactions_inboundfile_receive_file":  "root analyst support",
    "admin:transactions_inboundfile_download":      "root analyst support",
    "admin:transactions_inboundfile_canonicals":    "root analyst approver support finance auditor",
    "admin:transactions_inboundfile_progress":      "root analyst approver support finance auditor",
    "admin:transactions_inboundfile_work_now":      "root analyst support",
    "admin:transactions_inboundfile_draft_mapping": "root analyst",
    "admin:transactions_inboundfile_export":        "root analyst approver support finance auditor",
    "admin:transactions_document_export":           "root analyst approver support finance auditor",
    "admin:transactions_document_download":         "root analyst support",
    "admin:transactions_document_canonical":        "root analyst approver support finance auditor",
    "admin:transactions_document_readable":         "root analyst approver support finance auditor",
    "admin:transactions_document_lineage":          "root analyst approver support finance auditor",
    "admin:transactions_document_lineage_json":     "root analyst approver support finance auditor",
    "admin:transactions_document_revisions":        "root analyst approver support finance auditor",
    "admin:transactions_document_reprocess":        "root analyst support",
    "admin:transactions_awaiteddocument_waive":     "root analyst support",
    "admin:transactions_acknowledgment_download":   "root analyst approver support finance auditor",
    # The walk's case lies in another queue than finance's; test_finance has the other side.
    "admin:transactions_exceptioncase_reprocess":   "root analyst support",
    "admin:transactions_exceptioncase_release":     "root analyst support",
    "admin:transactions_exceptioncase_close":       "root analyst support",
    "admin:transactions_exceptioncase_take":        "root analyst support",
    "admin:transactions_exceptioncase_assign":      "root analyst support",
    "admin:transactions_exceptioncase_due":         "root analyst support",
    "admin:transactions_exceptioncase_comment":     "root analyst support",
    "admin:transactions_exceptioncase_reject":      "root analyst support",
    "admin:transactions_exceptioncase_accept":      "root analyst support",
    "admin:transactions_exceptioncase_reopen":      "root analyst support",
    "admin:transactions_exceptioncase_bulk":        "root analyst support finance",
    "admin:transactions_exceptioncase_causes":      "root analyst approver support finance auditor",
    "admin:transactions_exceptioncase_export":      "root analyst approver support finance auditor",
    "admin:partners_partner_merge":                 "root",
    "admin:partners_partner_import_csv":            "root analyst",
    "admin:partners_partner_export_csv":            "root analyst approver support auditor",
    "admin:partners_agreement_import_json":         "root analyst",
    "admin:partners_agreement_clone":               "root analyst",
    "admin:partners_agreement_export_json":         "root analyst approver support auditor",
    "admin:partners_agreement_compare_agreements":  "root analyst approver support auditor",
    "admin:partners_connection_test_connection":    "root analyst",
    "admin:partners_partner_add_certificate":       "root analyst",
    "admin:partners_apikey_rotate":                 "root analyst",
    "certification":                                "root analyst approver support auditor",
    "certification-proposals":                      "root analyst",
    "certification-again":                          "root analyst",
    "certification-judge":                          "root analyst",
    "certification-sent":                           "root analyst",
    "certification-decide":                         "root analyst",
    "mapping-try":                                  "root analyst approver support auditor",
    "mapping-write":                                "root analyst approver support auditor",
    "admin:mappings_mappingversion_submit":         "root analyst",
    "admin:mappings_mappingversion_publish":        "root approver",
    "admin:mappings_mappingversion_retire":         "root approver",  # a draft: the analyst too
    "admin:mappings_mapping_add_test_case":         "root analyst",
    "admin:mappings_mappingtestcase_expect":        "root analyst",
    "admin:mappings_mappingtestcase_download":      "root analyst",
    "admin:mappings_mappingversion_run_tests":      "root analyst",
    "admin:mappings_mappingversion_edit_draft":     "root analyst",
    "admin:mappings_mappingversion_new_draft":      "root analyst",
    "admin:mappings_mappingversion_agree":          "root analyst",
    "admin:mappings_mappingversion_try_it":         "root analyst approver support auditor",
    "admin:mappings_mappingversion_try_backwards":  "root analyst approver support auditor",
    "admin:partners_partner_add_guide":             "root analyst",
    **{
        f"admin:partners_{model}_compare_versions": readers
        for model, readers in {
            "partner": "root analyst approver support finance auditor",
            "agreement": "root analyst approver support auditor",
            "connection": "root analyst approver support auditor",
            "certificate": "root analyst approver support auditor",
            "partnergroup": "root analyst approver support finance auditor",
            "tag": "root analyst approver support finance auditor",
            "businesscalendar": "root analyst approver support finance auditor",
            "servicelevel": "root analyst approver support finance auditor",
        }.items()
    },
    **{
        f"admin:partners_{model}_restore": "root analyst"
        for model in (
            *("partner", "agreement", "connection", "certificate"),
            *("partnergroup", "tag", "businesscalendar", "servicelevel"),
        )
    },
    "admin:partners_guide_download":                "root analyst approver support auditor",
    "admin:partners_connection_issue_key":          "root analyst",
    "admin:partners_agreement_put_live":            "root approver",
    "admin:partners_onboardingcase_board":          "root analyst approver support auditor",
    "admin:partners_onboardingcase_show_board":     "root analyst approver support auditor",
    "admin:partners_onboardingcase_begin":          "root analyst",
    "admin:partners_onboardingcase_cohort":         "root analyst",
    "admin:partners_onboardingcase_change_lead":    "root analyst",
    "admin:partners_onboardingcase_close":          "root analyst",
    "admin:partners_onboardingcase_task":           "root analyst",
    "admin:partners_onboardingcase_tick":           "root analyst",
    "admin:partners_onboardingcase_comment":        "root analyst approver support",
    "admin:partners_onboardingcase_attachment":     "root analyst approver support auditor",
    "admin:partners_agreement_submit_for_approval": "root analyst",
    "admin:partners_agreement_override":            "root approver",
    # Who may decide on which submission is the service's: test_approval has it.
    "admin:partners_submission_approve":            "root approver support",
    "admin:partners_submission_reject":             "root approver support",
    "admin:partners_submission_withdraw":           "root analyst",
    "admin:partners_agreement_suspend":             "root analyst approver",
    "admin:partners_partner_invite_member":         "root analyst",
    "admin:partners_partner_member_reset":          "root analyst",
    "admin:partners_invitation_resend":             "root analyst",
    "admin:partners_invitation_withdraw":           "root analyst",
    "admin:partners_proposal_accept":               "root analyst",
    "admin:partners_proposal_refuse":               "root analyst",
    "admin:core_user_reset_second_factor":          "root",
    "admin:partners_apikey_revoke":                 "root analyst support",
    "admin:auth_user_password_change":              "root",
    "filters":                                      "root analyst approver support finance auditor",
    "admin:app_list":                               "root analyst approver support finance auditor",
    "admin:autocomplete":                           "root analyst approver support finance auditor",
}  # fmt: skip

# Actions on marked rows of a list; those that delete configuration are root's alone.
ACTIONS = {
    "partners.partner change_selected":                "root analyst",
    "partners.agreement submit_selected":              "root analyst",
    "partners.agreement change_selected":              "root analyst",
    "transactions.document reprocess_selected":        "root analyst support",
    "transactions.exceptioncase reprocess_selected":   "root analyst support finance",
    "transactions.exceptioncase release_selected":     "root analyst support",
    "transactions.exceptioncase close_selected":       "root analyst support finance",
    "transactions.exceptioncase assign_selected":      "root analyst support finance",
    "transactions.exceptioncase due_selected":         "root analyst support finance",
    "transactions.exceptioncase reject_selected":      "root analyst support finance",
    **{
        f"{model} delete_selected": "root"
        for model, cells in MODELS.items()
        if "d" in cells.split()[0]
    },
}  # fmt: skip

# Open to everybody who may come into the admin at all; what they show is less for some (the home page, the search).
ALL_STAFF = {
    "admin:index", "today", "search", "filter-save", "filter-change",
    "admin:search", "admin:password_change", "admin:password_change_done",
    "admin:jsi18n", "admin:view_on_site", "admin:?<url>",
    "how-to", "how-to-guide",
    "second-factor", "second-factor-code", "second-factor-codes", "second-factor-off",  # one's own
    "admin:?<object_id>",  # an old address of a row's page, which leads to that page
}  # fmt: skip

# Open to everybody: nothing of a partner's is in them.
PUBLIC = {
    "?",
    "admin:login",
    "admin:logout",
    "portal:login",
    "portal:logout",
    "portal:set-password",
    "portal:forgotten",
    "portal:invitation",  # whoever has the link of the mail
    "guide-picture",  # of demo data
    "portal:code",  # whoever gave a password; others are led home
    "api:canonical-schema",
    "api:openapi",
    "api:?",
    "api:?<rest>",
}

# Rows that a person is told nothing about, not even that they exist: pages of the walk's row of that model.
HIDDEN = {"finance": "transactions.exceptioncase"}

# The portal: for members of a partner; nobody else of ours is one, and the superuser is no partner's either.
PORTAL = {
    "portal:home", "portal:upload", "portal:files", "portal:file", "portal:correct", "portal:file-state",
    "portal:file-content", "portal:documents", "portal:document", "portal:document-canonical",
    "portal:document-source", "portal:acknowledgments", "portal:acknowledgment", "portal:acknowledgment-content",
    "portal:templates", "portal:template", "portal:profile", "portal:change-password", "portal:change-name",
    "portal:switch", "portal:second-factor", "portal:recovery-codes", "portal:without-second-factor",
    "portal:change-email", "portal:confirm-email", "portal:company", "portal:company-details", "portal:company-name",
    "portal:contact-add", "portal:contact", "portal:contact-remove", "portal:identity-add", "portal:identity",
    "portal:identity-end", "portal:proposal-withdraw", "portal:connections", "portal:key-add", "portal:key-rotate",
    "portal:key-revoke", "portal:certificates", "portal:certificate-add", "portal:certificate-content",
    "portal:guides", "portal:guide-content", "portal:how-to", "portal:task-done", "portal:certification",
    "portal:certification-sample", "portal:certification-scenario", "portal:certification-state",
    "portal:certification-ours",
}  # fmt: skip
