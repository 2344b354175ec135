"""Addresses about people; transactions.portal.urls puts them under /portal/ with its own."""

from django.urls import path

from partners.portal import login

urlpatterns = [
    path("login/", login.PortalLogin.as_view(), name="login"),
    path("logout/", login.PortalLogout.as_view(), name="logout"),
    path("set-password/<uidb64>/<token>/", login.SetPassword.as_view(), name="set-password"),
    path("account/", login.profile, name="profile"),
    path("account/password/", login.change_password, name="change-password"),
    path("account/partner/", login.switch, name="switch"),
]
