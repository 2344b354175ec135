"""What a person may do with a case, for the buttons of a page. The views behind them ask the same."""

from django import template

from transactions.services import case_rights

register = template.Library()

# {% if request.user|may_work_on:case %}
register.filter("may_work_on", case_rights.may_work_on)
register.filter("may_release", case_rights.may_release)
