"""An AWS account to deploy to: moto's server in a process of its own, with what its CloudFormation lacks of AWS's. Prints its address.

Moto makes the resources that it knows, table, functions, roles, logs and alarms among them; not what answers at the stack's address. The
arguments are the command that translates SAM.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from typing import Any

from moto.cloudformation.models import ChangeSet, CloudFormationBackend
from moto.server import ThreadedMotoServer

TRANSLATOR = sys.argv[1:]
# Moto makes no methods of a body, and without methods no deployment and no stage.
LEFT_OUT = ("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage")

make_change_set = CloudFormationBackend.create_change_set
apply = ChangeSet.apply


def translated(self: Any, *args: Any, template: str, **named: Any) -> Any:
    """A change set of what SAM's translator makes of a template."""
    done = subprocess.run(TRANSLATOR, input=template, capture_output=True, text=True, check=True)
    made = json.loads(done.stdout)
    made["Resources"] = {name: one for name, one in made["Resources"].items() if one["Type"] not in LEFT_OUT}
    api = made["Resources"]["RestAPI"]["Properties"]
    # Where AWS takes the name from.
    api["Name"] = api["Body"]["info"]["title"]
    return make_change_set(self, *args, template=json.dumps(made), **named)


def applied(self: Any) -> None:
    """What a change set does, outputs included."""
    apply(self)
    self.stack.template, self.stack.template_dict = self.template, self.template_dict
    self.stack.output_map = self.stack._create_output_map()


CloudFormationBackend.create_change_set = translated
ChangeSet.apply = applied
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
# By this name moto knows the addresses of its own buckets.
print(f"http://localhost:{server.get_host_and_port()[1]}", flush=True)
time.sleep(3600)
