"""Repositories of rules and of what is learned."""

from app.suites.personal.payees_rules.repository.learned import LearnedCategoryRepository, LearnedTokenRepository
from app.suites.personal.payees_rules.repository.rules import RuleFilter, RuleRepository

__all__ = ["LearnedCategoryRepository", "LearnedTokenRepository", "RuleFilter", "RuleRepository"]
