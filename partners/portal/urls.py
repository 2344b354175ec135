"""Addresses about people; transactions.portal.urls puts them under /portal/ with its own."""

from django.urls import path

from partners.portal import company, how_to, invitation, login, second_factor, tasks, technical

urlpatterns = [
    path("login/", login.PortalLogin.as_view(), name="login"),
    path("logout/", login.PortalLogout.as_view(), name="logout"),
    path("set-password/<uidb64>/<token>/", login.SetPassword.as_view(), name="set-password"),
    path("forgotten/", login.forgotten, name="forgotten"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("code/", second_factor.code, name="code"),
    path("account/second-factor/", second_factor.second_factor, name="second-factor"),
    path("account/second-factor/codes/", second_factor.recovery_codes, name="recovery-codes"),
    path("account/second-factor/off/", second_factor.without_second_factor, name="without-second-factor"),
    path("account/email/", login.change_email, name="change-email"),
    path("account/email/<str:token>/", login.confirm_email, name="confirm-email"),
    path("account/", login.profile, name="profile"),
    path("account/name/", login.change_name, name="change-name"),
    path("account/password/", login.change_password, name="change-password"),
    path("account/partner/", login.switch, name="switch"),
    path("company/", company.company, name="company"),
    path("company/details/", company.edit_company, name="company-details"),
    path("company/name/", company.other_name, name="company-name"),
    path("company/contacts/add/", company.add_contact, name="contact-add"),
    path("company/contacts/<int:pk>/", company.edit_contact, name="contact"),
    path("company/contacts/<int:pk>/remove/", company.remove_contact, name="contact-remove"),
    path("company/identities/add/", company.propose, name="identity-add"),
    path("company/identities/<int:pk>/", company.propose, name="identity"),
    path("company/identities/<int:pk>/end/", company.end_identity, name="identity-end"),
    path("company/proposals/<int:pk>/withdraw/", company.withdraw, name="proposal-withdraw"),
    path("tasks/<int:pk>/done/", tasks.done, name="task-done"),
    path("connections/", technical.connections, name="connections"),
    path("connections/<int:pk>/keys/add/", technical.issue_key, name="key-add"),
    path("keys/<int:pk>/rotate/", technical.rotate_key, name="key-rotate"),
    path("keys/<int:pk>/revoke/", technical.revoke_key, name="key-revoke"),
    path("certificates/", technical.certificates, name="certificates"),
    path("certificates/add/", technical.add_certificate, name="certificate-add"),
    path("certificates/<int:pk>/content", technical.certificate_content, name="certificate-content"),
    path("guides/", technical.guides, name="guides"),
    path("how-to/<slug:name>/", how_to.how_to, name="how-to"),
    path("guides/<int:pk>/content", technical.guide_content, name="guide-content"),
]
