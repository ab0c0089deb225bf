"""Addresses of signing in, all below /account/: allauth's. Ours are in urls_manage.

Pages of allauth that we do without lead to where the same is done here: addresses of mail are
changed on the profile, nobody signs in by a code.
"""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

profile = RedirectView.as_view(pattern_name="accounts:profile")
sign_in = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("email/", profile, name="account_email"),
    path("confirm-email/", profile, name="account_email_verification_sent"),
    re_path(r"^confirm-email/[-:\w]+/$", RedirectView.as_view(url="/account/")),
    path("login/code/confirm/", sign_in, name="account_confirm_login_code"),
    path("", include("allauth.account.urls")),
]
