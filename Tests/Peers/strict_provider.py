"""A provider of OpenID Connect that insists on PKCE, on registered addresses and on secrets: django-oauth-toolkit.

    python strict_provider.py PORT CALLBACK     one client, `parley` with the secret `hush`; whoever comes is Clara
"""

import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

PORT, CALLBACK = int(sys.argv[1]), sys.argv[2]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)

settings.configure(
    SECRET_KEY="only in tests",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", f"{__name__}.everybody_is_clara"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    USE_TZ=True,
    DEBUG_PROPAGATE_EXCEPTIONS=True,
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": KEY.decode(),
        "PKCE_REQUIRED": True,
        "SCOPES": {"openid": "who", "profile": "name", "email": "address"},
        "OAUTH2_VALIDATOR_CLASS": f"{__name__}.Validator",
        "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
    },
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402

urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]


class Validator(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self, request):
        return {"email": request.user.email, "email_verified": True, "given_name": "Clara", "family_name": "Moreau"}


def everybody_is_clara(get_response):
    def answer(request):
        request.user = get_user_model().objects.get(username="clara")
        return get_response(request)

    return answer


class Silent(WSGIRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    clara = get_user_model().objects.create_user("clara", "clara@strict.example", "unused")
    get_application_model().objects.create(
        user=clara, name="Parley", client_id="parley", client_secret="hush", client_type="confidential", algorithm="RS256",
        authorization_grant_type="authorization-code", redirect_uris=CALLBACK, skip_authorization=True,
    )
    make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Silent).serve_forever()
