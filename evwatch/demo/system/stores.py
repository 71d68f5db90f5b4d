"""Where things are kept: the table of orders with its stream, the audit stream, the buckets."""

from __future__ import annotations

from evwatch.demo.api import Api
from evwatch.demo.environment import REGION
from evwatch.demo.system import names


def create(api: Api) -> str:
    """Create them. Gives the ARN of the table's stream. Buckets notify only once their targets exist: see `notify`."""
    table = api.client("dynamodb").create_table(
        TableName=names.ORDERS_TABLE,
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        Tags=names.LISTED_TAGS,
    )
    api.client("kinesis").create_stream(StreamName=names.AUDIT_STREAM, ShardCount=1, Tags=names.TAGS)
    for bucket in (names.OFFBOARDING_BUCKET, names.EXPORTS_BUCKET):
        api.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        api.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": names.LISTED_TAGS})
    return str(table["TableDescription"]["LatestStreamArn"])


def notify(api: Api) -> None:
    """Let one bucket tell EventBridge of its objects, the other a function directly."""
    s3 = api.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=names.OFFBOARDING_BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.put_bucket_notification_configuration(
        Bucket=names.EXPORTS_BUCKET,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "Id": "index-exports",
                    "LambdaFunctionArn": names.function_arn(names.INDEX_EXPORT),
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        },
    )
