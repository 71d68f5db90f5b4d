"""What in the flow's configuration will hurt: pure checks over what was read.

A check says nothing where what it needs could not be read: a finding must be true.
"""

from evwatch.model.findings.catalogue import CHECKS, Examined, examine, findings
from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import Check, Finding, Severity

__all__ = ["CHECKS", "Check", "Evidence", "Examined", "Finding", "Severity", "examine", "findings"]
