import peersim.cdsim.CDProtocol;
import peersim.cdsim.CDState;
import peersim.config.FastConfig;
import peersim.core.CommonState;
import peersim.core.Linkable;
import peersim.core.Node;

/** A rumour that nobody gives up: a node calls a neighbour drawn at random, and whoever of the two knows it tells the other. What is learnt in a cycle is passed on from the next one on. */
public class PushPullRumor implements CDProtocol {
	/** The cycle in which the node learnt it; Integer.MAX_VALUE: it has not. */
	int since = Integer.MAX_VALUE;

	public PushPullRumor(String prefix) {}

	public Object clone() {
		try {
			return super.clone();
		} catch (CloneNotSupportedException impossible) {
			throw new AssertionError(impossible);
		}
	}

	public void nextCycle(Node node, int protocol) {
		Linkable neighbours = (Linkable) node.getProtocol(FastConfig.getLinkable(protocol));
		Node called = neighbours.getNeighbor(CommonState.r.nextInt(neighbours.degree()));
		if (!called.isUp()) return;
		PushPullRumor other = (PushPullRumor) called.getProtocol(protocol);
		int cycle = CDState.getCycle();
		boolean mine = since < cycle;
		boolean theirs = other.since < cycle;
		if (mine && other.since > cycle) other.since = cycle;
		if (theirs && since > cycle) since = cycle;
	}
}
