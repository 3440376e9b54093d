"""The reference application in Django, its settings, models, views and addresses in one file."""

import json
import os
from pathlib import Path

import django
import requests
from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"], "CONN_MAX_AGE": None}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    # Without the middleware for sessions and forgery that `startproject` adds: nothing here has a session or a form.
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]}],
)
django.setup()

remote_server = requests.Session()

ROWS = [{"id": number, "text": f"<b>row {number}</b> & more"} for number in range(1, 51)]


class Note(models.Model):
    """A note of 1 to 200 characters."""

    text = models.CharField(max_length=200)

    class Meta:
        """Where the notes are, and in which order."""

        app_label = "notes"
        ordering = ("-id",)


@require_GET
def hello(request):
    """Says hello."""
    return JsonResponse({"message": "Hello, World!"})


@require_GET
def item(request, item_id):
    """Squares a number."""
    if not 1 <= item_id <= 1000:
        raise Http404
    return JsonResponse({"id": item_id, "square": item_id * item_id})


@require_GET
def remote(request):
    """Asks another server."""
    answer = remote_server.get(f"{os.environ['REMOTE']}/delay", timeout=10)
    return JsonResponse({"value": answer.json()["value"]})


@require_http_methods(["GET", "POST"])
def notes(request):
    """Lists the newest notes, or keeps one."""
    if request.method == "GET":
        return JsonResponse(list(Note.objects.values("id", "text")[:20]), safe=False)
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise BadRequest("not JSON") from error
    match body:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            note = Note.objects.create(text=text)
            return JsonResponse({"id": note.id, "text": note.text}, status=201)
        case _:
            raise BadRequest("a note has a text of 1 to 200 characters")


@require_GET
def page(request):
    """Shows rows."""
    return render(request, "page.html", {"rows": ROWS})


urlpatterns = [
    path("json", hello),
    path("items/<int:item_id>", item),
    path("remote", remote),
    path("notes", notes),
    path("page", page),
]

# One file has no package for migrations, so the table is made without.
if Note._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(Note)
connection.close()

application = get_wsgi_application()
