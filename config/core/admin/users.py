"""The people who log in, and their groups."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.core.admin.bases import HistoryAdmin, TitledChangeList
from config.core.admin.second_factor import reset_page
from config.core.models import User
from config.core.roles import ROLES

admin.site.unregister(Group)
BY_NAME = {role.name: role for role in ROLES}


class RolesField(forms.ModelMultipleChoiceField):
    """Groups to tick, each role with what it is for."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, group: Group) -> SafeString | str:
        role = BY_NAME.get(group.name)
        return format_html("<b>{}</b>: {}", role.name, role.description) if role else group.name


class PersonForm(UserChangeForm):
    """Roles with their descriptions; who may come into the admin follows from them."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        roles = [BY_NAME[group.name] for group in cleaned.get("groups") or () if group.name in BY_NAME]
        if any(not role.uses_admin for role in roles) and (cleaned.get("is_staff") or cleaned.get("is_superuser")):
            raise ValidationError(
                "A partner user has no place in the admin: clear “staff status”, or choose other roles."
            )
        if any(role.uses_admin for role in roles) and not cleaned.get("is_staff"):
            raise ValidationError("These roles work in the admin: tick “staff status” too.")
        return cleaned


@admin.register(User)
class UserAdmin(DjangoUserAdmin, HistoryAdmin):
    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "roles", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    readonly_fields: ClassVar = ("last_login", "date_joined", "second_factor_since")
    actions_detail = ("reset_second_factor",)
    fieldsets: ClassVar = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": (("first_name", "last_name"), "email")}),
        ("Roles", {"fields": ("groups", "is_active", "is_staff", "is_superuser")}),
        ("Single permissions", {"fields": ("user_permissions",), "classes": ("collapse",)}),
        ("Dates", {"fields": (("last_login", "date_joined"), "second_factor_since")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def has_reset_second_factor_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("core.change_user")

    @action(
        description="Reset second factor", url_path="reset-second-factor", icon="lock_reset",
        permissions=["reset_second_factor"],
    )  # fmt: skip
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """For somebody who lost the app and the recovery codes."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            raise Http404("There is no such person.")
        return reset_page(self, request, user, user, reverse("admin:core_user_change", args=[user.pk]))

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever only reads sees the roles by that name too, not Django's "groups"."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": ["roles" if name == "groups" else name for name in options["fields"]]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "roles")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return RolesField(
            Group.objects.order_by("name"), required=False, label="Roles", help_text="A person may have several."
        )


class RolesChangeList(TitledChangeList):
    """Django calls them groups, which are something else among partners."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "Roles"


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Roles, and groups that an operator makes. What Onramp's own roles may do is declared, not edited."""

    list_display = ("name", "purpose", "people")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(members=Count("user"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return RolesChangeList

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.name in BY_NAME)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.name in BY_NAME)

    @admin.display(description="for")
    def purpose(self, group: Group) -> str:
        role = BY_NAME.get(group.name)
        return role.description if role else "Made here"

    @admin.display(description="people")
    def people(self, group: Any) -> int:
        return int(group.members)
