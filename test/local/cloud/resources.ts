export const ROLE = "arn:aws:iam::000000000000:role/tests";

/** A role of the template that may do everything, for what acts on its own. */
export const ACTOR = {
  Type: "AWS::IAM::Role",
  Properties: {
    RoleName: "tests",
    AssumeRolePolicyDocument: { Statement: [] },
    Policies: [
      {
        PolicyName: "all",
        PolicyDocument: { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
      },
    ],
  },
};

/** A function of the template whose source is the text. */
export const functionOf = (source: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Code: { ZipFile: source },
    ...properties,
  },
});

/** The statement of a queue's policy that lets any rule send to it. */
export const LETS_EVENTS_SEND = {
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: "*",
};

/** A bus whose rule delivers to a queue; `policy` is the queue's, which a rule needs. */
export const rulesToQueue = {
  Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "app" } },
  Queue: { Type: "AWS::SQS::Queue" },
  Rule: {
    Type: "AWS::Events::Rule",
    Properties: {
      EventBusName: { Ref: "Bus" },
      EventPattern: { source: ["app"] },
      Targets: [{ Id: "queue", Arn: { "Fn::GetAtt": ["Queue", "Arn"] } }],
    },
  },
};

export const queuePolicy = {
  Type: "AWS::SQS::QueuePolicy",
  Properties: {
    Queues: [{ Ref: "Queue" }],
    PolicyDocument: {
      Statement: [
        {
          ...LETS_EVENTS_SEND,
          Resource: { "Fn::GetAtt": ["Queue", "Arn"] },
          Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["Rule", "Arn"] } } },
        },
      ],
    },
  },
};

export const queueUrl = { QueueUrl: { Value: { Ref: "Queue" } } };
