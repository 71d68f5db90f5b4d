"""The regions of AWS, for pickers, completion, and for saying that one is misspelt.

Known by name here rather than asked of the SDK: reading its list takes longer than a shell waits for a completion.
"""

from __future__ import annotations

from evwatch.config.spelling import meant

REGIONS = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "cn-north-1",
    "cn-northwest-1",
    "us-gov-east-1",
    "us-gov-west-1",
    "eusc-de-east-1",
)


def region_words(region: str) -> str:
    """What is to be said of a region that is not among those; empty where it is."""
    if region in REGIONS:
        return ""
    return f'"{region}" is no region that evwatch knows{meant(region, REGIONS)}'
